import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { layeredView } from '../../../src/sandbox/images/layered-view.ts'
import { exec } from '../../../src/util/exec.ts'
import { type BuilderRig, openBuilderRig } from './rig.ts'

/** A folder of the host's that no build may touch. */
async function outsideOf(rig: BuilderRig): Promise<string> {
  const outside = path.join(rig.folder, 'outside')
  await mkdir(outside)
  return outside
}

test.each([
  ['two one', 'cannot copy to /app/data: it is a directory already'],
  ['one two', 'cannot copy to /app/data: it is not a directory already'],
])('a copy of %s never writes through a link that one of them holds', async (sources, why) => {
  await using rig = await openBuilderRig({ 'two/data/x': 'x' })
  const outside = await outsideOf(rig)
  await rig.write('one/data', `->${outside}`)
  const { result } = await rig.build(`FROM scratch\nCOPY ${sources} /app/`)
  expect(result).toMatchObject({ failure: { code: 'build/failed', at: { line: 2 }, why } })
  expect(await readdir(outside)).toEqual([])
})

test('an archive never writes through a link of the archive before it', async () => {
  await using rig = await openBuilderRig({ 'second/data/x': 'x' })
  const outside = await outsideOf(rig)
  await rig.write('first/data', `->${outside}`)
  const context = path.join(rig.folder, 'context')
  for (const [archive, member] of [
    ['first', 'data'],
    ['second', 'data/x'],
  ] as const) {
    const args = ['-cf', `${context}/${archive}.tar`, '-C', `${context}/${archive}`, member]
    const packed = await exec({ command: 'tar', args, signal: new AbortController().signal })
    expect(packed.status).toBe('succeeded')
  }
  const { result } = await rig.build('FROM scratch\nADD first.tar second.tar /app/')
  expect(result).toMatchObject({ failure: { why: expect.stringContaining('/app/data') } })
  expect(await readdir(outside)).toEqual([])
  expect((await rig.build('FROM scratch\nADD first.tar /app/')).at('/app')).toBe('folder 755')
})

test("a link that another layer has replaced by a folder does not lead into the host's files", async () => {
  await using rig = await openBuilderRig()
  const outside = await outsideOf(rig)
  await writeFile(path.join(outside, 'secret'), '')
  const [upper, lower] = [path.join(rig.folder, 'upper'), path.join(rig.folder, 'lower')]
  await mkdir(path.join(upper, 'data'), { recursive: true })
  await writeFile(path.join(upper, 'data/own'), '')
  await mkdir(lower)
  await symlink(outside, path.join(lower, 'data'))
  const view = layeredView([upper, lower].map(folder => ({ folder, opaque: new Set<string>() })))
  const data = view.find('/data')
  expect(data && view.list(data).map(entry => entry.path)).toEqual(['/data/own'])
  expect(view.find('/data/secret')).toBeUndefined()
})

test('what the system refuses is told with its line', async () => {
  await using rig = await openBuilderRig({ a: '1' })
  const { result } = await rig.build(`FROM scratch\nCOPY a /${'x'.repeat(300)}`)
  expect(result).toMatchObject({
    failure: { code: 'build/failed', at: { line: 2 }, why: expect.stringContaining('ENAMETOOLONG') },
  })
})
