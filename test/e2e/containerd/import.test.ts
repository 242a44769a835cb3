import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kindCluster } from '../../../src/cluster/kind.ts'
import { ctr, type ImportRig, node, openImportRig, run } from './import-rig.ts'

const provider = kindCluster('devloop-testbed', {})

let rig: ImportRig
let name: string
beforeAll(async () => {
  rig = await openImportRig('import')
  name = rig.name
})
afterAll(() => rig[Symbol.asyncDispose]())

async function load(reference: string, signal = new AbortController().signal) {
  const lines: string[] = []
  const result = await provider.load(reference, { signal, onLine: line => lines.push(line) })
  return { result, lines }
}

test('the cluster says how images get into it where the Devfile wants no registry', () => {
  expect(rig.real.cluster.provider(false).describe()).toBe(
    'kind cluster devloop-testbed: layers that its nodes lack are imported by ctr',
  )
})

test('a pod runs an image whose name has no registry, and after a change only the change was sent', async () => {
  const first = rig.build(`${name}:first`, 'first')
  expect(await load(first)).toMatchObject({
    result: { ok: true, value: first },
    lines: [expect.stringMatching(/^sent \d of 3 layers, 3\d\.\d MB/)],
  })
  expect(await rig.output(first, 'first', ['cat', '/word'])).toEqual(['first'])

  const second = rig.build(`${name}/with/path:second`, 'second')
  expect((await load(second)).lines).toEqual([expect.stringMatching(/^sent 1 of 3 layers, 0\.0 MB/)])
  expect(await rig.output(second, 'second', ['sh', '-c', 'cat /word; wc -c </large'])).toEqual([
    'second',
    '30000000',
  ])

  expect((await load(second)).lines).toEqual([])
  expect(rig.imagesInNode()).toEqual([
    `docker.io/${name}/with/path:second`,
    `docker.io/library/${name}:first`,
  ])
})

test('another configuration of the same files sends no layer', async () => {
  await load(rig.build(`${name}:files`, 'files'))
  const again = rig.build(`${name}:configured`, 'files', 'ENV WORD=configured')
  expect((await load(again)).lines).toEqual([expect.stringMatching(/^sent 0 of 3 layers, 0\.0 MB/)])
  expect(await rig.output(again, 'configured', ['sh', '-c', 'echo $WORD'])).toEqual(['configured'])
})

test('a node that keeps no contents of unpacked layers, as those of kind, runs the image', async () => {
  const whole = rig.build(`${name}:whole`, 'whole')
  await load(whole)
  const layers: string[] = JSON.parse(
    run('docker', ['image', 'inspect', '--format={{json .RootFS.Layers}}', whole]),
  )
  ctr('content', 'rm', ...layers)
  const next = rig.build(`${name}:next`, 'next')
  expect((await load(next)).lines).toEqual([expect.stringMatching(/^sent 1 of 3 layers/)])
  expect(await rig.output(next, 'next', ['sh', '-c', 'cat /word; wc -c </large'])).toEqual([
    'next',
    '30000000',
  ])
})

test('an import that is cancelled leaves no process in the node and no image', async () => {
  const images = rig.imagesInNode()
  for (const [number, waitMs] of [0, 150, 400, 700, 1_000].entries()) {
    rig.renewLargeLayer()
    const reference = rig.build(`${name}:cancelled-${number}`, 'cancelled')
    const { result } = await load(reference, AbortSignal.timeout(waitMs + 1))
    // A fast machine may be done before.
    if (result.ok) ctr('images', 'rm', `docker.io/library/${reference}`)
    expect(rig.imagesInNode().filter(image => !images.includes(image))).toEqual([])
    while (
      run('docker', ['top', node, '-eo', 'pid,args']).includes(
        `import.devloop.invalid/docker.io/library/${name}`,
      )
    )
      await pause(50)
  }
})
