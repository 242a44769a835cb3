import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openSyncStream } from '../../src/sync/stream.ts'
import { openNothing, shells } from './shell-agent.ts'
import {
  inexactTools,
  awkwardNames as names,
  type StreamRig,
  streamRig,
  value,
  withFileLimit,
} from './stream-rig.ts'

let rig: StreamRig
let root = ''
beforeEach(async () => {
  rig = await streamRig()
  root = rig.root
})
afterEach(() => rig[Symbol.asyncDispose]())
const open = (...args: Parameters<StreamRig['open']>) => rig.open(...args)

const ordinaryUser = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

test('at least one shell is there to be tried', () => {
  expect(shells.length).toBeGreaterThan(0)
})

test('a container without a shell is told from one that cannot be reached', async () => {
  const result = await openSyncStream(openNothing, AbortSignal.timeout(1_000))
  expect(result).toMatchObject({ ok: false, failure: { isMissingProgram: true } })
})

describe.each(shells)('under %s', (...shell: string[]) => {
  test('every byte survives, in small and in large files', async () => {
    const { stream } = await open(shell)
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('\n'),
      everyByte,
      randomBytes(3_000),
      randomBytes(2_000_000),
    ]) {
      value(await stream.write(`${root}/file`, bytes))
      expect((await readFile(`${root}/file`)).equals(bytes)).toBe(true)
    }
  })

  test('a file may have any name, which is never taken for code', async () => {
    const { stream } = await open(shell)
    await Promise.all(
      names.map(name => stream.write(`${root}/${name}/${name}`, Buffer.from(name)).then(value)),
    )
    expect((await readdir(root)).sort()).toEqual([...names].sort())
    for (const name of names) expect(await readFile(`${root}/${name}/${name}`, 'utf8')).toBe(name)
    await Promise.all(names.map(name => stream.delete(`${root}/${name}`).then(value)))
    expect(await readdir(root)).toEqual([])
  })

  test('a new file gets its mode, and an old one keeps its own where none is given', async () => {
    const { stream } = await open(shell)
    for (const mode of [0o644, 0o600, 0o755, 0o444, 0o664]) {
      value(await stream.write(`${root}/file`, Buffer.from('a'), mode))
      expect((await stat(`${root}/file`)).mode & 0o777).toBe(mode)
      value(await stream.write(`${root}/file`, Buffer.from('b')))
      expect((await stat(`${root}/file`)).mode & 0o777).toBe(mode)
      expect(await readFile(`${root}/file`, 'utf8')).toBe('b')
    }
  })

  test.runIf(process.getuid?.() === 0)('so it does where the container is not root’s', async () => {
    await chmod(root, 0o777)
    const { stream } = await open([...ordinaryUser, ...shell])
    for (const mode of [0o444, 0o600, 0o400, 0o644]) {
      value(await stream.write(`${root}/file`, Buffer.from(`${mode}`), mode))
      expect((await stat(`${root}/file`)).mode & 0o777).toBe(mode)
      expect(await readFile(`${root}/file`, 'utf8')).toBe(`${mode}`)
    }
  })

  test('links are replaced and deleted, never followed', async () => {
    const { stream } = await open(shell)
    await mkdir(`${root}/kept`)
    await writeFile(`${root}/kept/file`, 'kept')
    await symlink('kept', `${root}/to-folder`)
    await symlink('kept/file', `${root}/to-file`)
    value(await stream.write(`${root}/to-folder`, Buffer.from('new')))
    value(await stream.write(`${root}/to-file`, Buffer.from('new')))
    value(await stream.link(`${root}/again`, 'kept'))
    expect(await readlink(`${root}/again`)).toBe('kept')
    value(await stream.link(`${root}/again`, '-n kept\n'))
    expect(await readlink(`${root}/again`)).toBe('-n kept\n')
    value(await stream.link(`${root}/again`, 'kept'))
    value(await stream.delete(`${root}/again`))
    expect((await lstat(`${root}/to-folder`)).isFile()).toBe(true)
    expect((await lstat(`${root}/to-file`)).isFile()).toBe(true)
    expect(await readdir(`${root}/kept`)).toEqual(['file'])
    expect(await readFile(`${root}/kept/file`, 'utf8')).toBe('kept')
  })

  test('what cannot be done is refused with the reason, and the next command is carried out', async () => {
    const { stream } = await open(shell)
    await mkdir(`${root}/folder`)
    await writeFile(`${root}/file`, 'old')
    const onFolder = await stream.write(`${root}/folder`, randomBytes(5_000))
    expect(onFolder).toMatchObject({
      ok: false,
      failure: {
        kind: 'refused',
        message: 'Is a directory',
        obstacle: { kind: 'folder', path: `${root}/folder` },
      },
    })
    const belowFile = await stream.write(`${root}/file/below`, Buffer.from('x'))
    expect(belowFile).toMatchObject({
      ok: false,
      failure: {
        message: expect.stringMatching(/not a directory|exists/i),
        obstacle: { kind: 'file', path: `${root}/file` },
      },
    })
    for (const refused of [
      await stream.write(`${root}/file/further/below`, randomBytes(5_000)),
      await stream.link(`${root}/file/below`, 'nowhere'),
      await stream.makeFolder(`${root}/file`),
    ]) {
      expect(refused).toMatchObject({ failure: { obstacle: { kind: 'file', path: `${root}/file` } } })
    }
    const forbidden = await stream.write('/proc/devloop', Buffer.from('x'))
    expect(forbidden).toMatchObject({ ok: false, failure: { kind: 'refused' } })
    value(await stream.write(`${root}/file`, Buffer.from('new')))
    expect(await readFile(`${root}/file`, 'utf8')).toBe('new')
    expect(await readdir(root)).toEqual(['file', 'folder'])
  })

  test.each([
    ['as bytes', {}],
    ['as text', { PATH: `${inexactTools}:${process.env.PATH}` }],
  ])(
    'where there is no room for a file sent %s, the old one stays, and the next is written',
    async (_, environment) => {
      const { stream } = await open(withFileLimit(shell), environment)
      await writeFile(`${root}/file`, 'old')
      const refused = stream.write(`${root}/file`, randomBytes(100_000))
      const next = stream.write(`${root}/next`, randomBytes(2_000))
      expect(await refused).toMatchObject({ ok: false, failure: { message: 'File too large' } })
      value(await next)
      expect(await readFile(`${root}/file`, 'utf8')).toBe('old')
      expect(await readdir(root)).toEqual(['file', 'next'])
    },
  )

  test('a container whose tools take more than they are asked for gets every byte too', async () => {
    const { stream } = await open(shell, { PATH: `${inexactTools}:${process.env.PATH}` })
    const bytes = Buffer.concat([everyByte, randomBytes(30_000)])
    value(await stream.write(`${root}/file`, bytes))
    expect((await readFile(`${root}/file`)).equals(bytes)).toBe(true)
  })

  test('a command runs in its folder, and tells its exit code and its last lines', async () => {
    const { stream } = await open(shell)
    const outcome = value(await stream.run('pwd; seq 30; printf "no newline"; exit 7'))
    expect(outcome.exitCode).toBe(7)
    expect(outcome.output.at(-1)).toBe('no newline')
    expect(outcome.output).toHaveLength(20)
    expect(value(await stream.run('cat')).exitCode).toBe(0)
  })

  test('a command that is no longer wanted ends with its stream', async () => {
    const { stream } = await open(shell)
    const marker = `${root}/pid`
    const ran = stream.run(`echo $$ > "${marker}"; exec sleep 1000`)
    const pid = Number(await vi.waitUntil(() => readFile(marker, 'utf8').catch(() => ''), 10_000))
    stream.close()
    expect(await ran).toMatchObject({ ok: false, failure: { kind: 'lost' } })
    await vi.waitUntil(() => !existsSync(`/proc/${pid}`), 10_000)
  })

  test('a listing tells what differs from the host', async () => {
    const { stream } = await open(shell)
    for (const name of names) await writeFile(`${root}/${name}`, name)
    await chmod(`${root}/plain.js`, 0o755)
    const listing = value(await stream.list(root))
    expect(listing.algorithm).toBe('sha256')
    const expected = names.map(name => [
      `${root}/${name}`,
      { checksum: createHash('sha256').update(name).digest('hex'), isExecutable: name === 'plain.js' },
    ])
    expect(Object.fromEntries(listing.files)).toEqual(Object.fromEntries(expected))
    expect(value(await stream.list(`${root}/nowhere`)).files.size).toBe(0)
  })

  test('an agent that is killed in the middle of a file leaves the old one whole, and every command is told lost', async () => {
    const { stream, agent } = await open(shell)
    await writeFile(`${root}/file`, 'old')
    const results = [randomBytes(40_000_000), randomBytes(10)].map(bytes =>
      stream.write(`${root}/file`, bytes),
    )
    await temporaryFile()
    agent.child().kill('SIGKILL')
    for (const result of await Promise.all(results))
      expect(result).toMatchObject({ ok: false, failure: { kind: 'lost' } })
    expect(await readFile(`${root}/file`, 'utf8')).toBe('old')
    expect((await stream.lost).kind).toBe('lost')
    expect(await stream.delete(`${root}/file`)).toMatchObject({ ok: false, failure: { kind: 'lost' } })
  })

  test('commands that are sent together are carried out in their order', async () => {
    const { stream } = await open(shell)
    const writes = Array.from({ length: 300 }, (_, turn) =>
      stream.write(`${root}/file`, Buffer.from(`${turn}`)),
    )
    for (const result of await Promise.all(writes)) value(result)
    expect(await readFile(`${root}/file`, 'utf8')).toBe('299')
  })
})

async function temporaryFile(): Promise<void> {
  while (!(await readdir(root)).some(name => name.startsWith('.devloop-'))) await new Promise(setImmediate)
}
