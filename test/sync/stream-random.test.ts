import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openSyncStream, type SyncStream } from '../../src/sync/stream.ts'
import { localAgent, shells } from './shell-agent.ts'

type Operation =
  | { readonly kind: 'write'; readonly path: string; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly kind: 'link'; readonly path: string; readonly destination: string }
  | { readonly kind: 'delete' | 'folder'; readonly path: string }

/** Contents differ, so that it shows which of two for the same path is there. */
interface ManyWrites {
  readonly kind: 'many'
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array; readonly mode: number }[]
}

/** Relative paths with what they hold: a folder is `folder`. */
type Tree = Map<string, string>

const name = fc.constantFrom('a', 'b b', "c'$(x)", '-d\n', 'é\u0085"')
const somePath = fc.array(name, { minLength: 1, maxLength: 3 }).map(names => names.join('/'))
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    kind: fc.constant('write' as const),
    path: somePath,
    bytes: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 700, maxLength: 900 })),
    mode: fc.constantFrom(0o644, 0o755, 0o600),
  }),
  fc.record({ kind: fc.constant('link' as const), path: somePath, destination: name }),
  fc.record({ kind: fc.constantFrom('delete' as const, 'folder' as const), path: somePath }),
)

/** So many that they go together, and some of them twice. */
const many: fc.Arbitrary<ManyWrites> = fc.record({
  kind: fc.constant('many' as const),
  files: fc.array(
    fc.record({
      path: somePath,
      bytes: fc.uint8Array({ maxLength: 40 }),
      mode: fc.constantFrom(0o644, 0o755, 0o600),
    }),
    { minLength: 12, maxLength: 24 },
  ),
})

describe.each(shells)('under %s', (...shell: string[]) => {
  test('whatever is asked for, in bursts, the container holds exactly that', {
    timeout: 60_000,
  }, async () => {
    const base = await mkdtemp(path.join(tmpdir(), 'devloop-random-'))
    const opened = await openSyncStream(localAgent(shell).open, AbortSignal.timeout(10_000))
    if (!opened.ok) throw new Error(opened.failure.message)
    let turn = 0
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof({ weight: 4, arbitrary: operation }, many), { maxLength: 15 }),
          async wanted => {
            const root = path.join(base, `${turn++}`)
            await mkdir(root)
            const tree: Tree = new Map()
            const operations: (Operation | ManyWrites)[] = []
            const expected: boolean[] = []
            for (const each of wanted) {
              operations.push(each.kind === 'many' ? possible(tree, each) : each)
              expected.push(each.kind === 'many' || model(tree, each))
            }
            const results = await Promise.all(operations.map(each => carryOut(opened.value, root, each)))
            expect(results.map(result => result.ok)).toEqual(expected)
            expect(await readTree(root)).toEqual(tree)
          },
        ),
        { numRuns: 25 },
      )
    } finally {
      opened.value.close()
      await rm(base, { recursive: true, force: true })
    }
  })
})

function carryOut(stream: SyncStream, root: string, each: Operation | ManyWrites) {
  if (each.kind === 'many') {
    return stream.writeMany(each.files.map(file => ({ ...file, path: `${root}/${file.path}` })))
  }
  const target = `${root}/${each.path}`
  if (each.kind === 'write') return stream.write(target, each.bytes, each.mode)
  if (each.kind === 'link') return stream.link(target, `nowhere/${each.destination}`)
  return each.kind === 'delete' ? stream.delete(target) : stream.makeFolder(target)
}

/** Does the same to the tree, and says whether it is possible. All links of these tests lead nowhere. */
function model(tree: Tree, each: Operation): boolean {
  const names = each.path.split('/')
  const above = names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'))
  if (each.kind === 'delete') {
    for (const known of [...tree.keys()]) {
      if (known === each.path || known.startsWith(`${each.path}/`)) tree.delete(known)
    }
    return true
  }
  const old = tree.get(each.path)
  if (each.kind !== 'folder' && old === 'folder') return false
  // mkdir makes the folders that it can before it comes to one that it cannot.
  for (const folder of each.kind === 'folder' ? [...above, each.path] : above) {
    if (!tree.has(folder)) tree.set(folder, 'folder')
    else if (tree.get(folder) !== 'folder') return false
  }
  if (each.kind === 'write') tree.set(each.path, describeFile(each.mode, each.bytes))
  if (each.kind === 'link') tree.set(each.path, `link nowhere/${each.destination}`)
  return true
}

/** Does to the tree what can be done of them, and gives that: after a failure it would not be known what is there. */
function possible(tree: Tree, { kind, files }: ManyWrites): ManyWrites {
  const done = files.filter(file => {
    const isPossible = model(new Map(tree), { kind: 'write', ...file })
    if (isPossible) model(tree, { kind: 'write', ...file })
    return isPossible
  })
  return { kind, files: done }
}

async function readTree(root: string): Promise<Tree> {
  const tree: Tree = new Map()
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name)
    const held = async () => {
      if (entry.isDirectory()) return 'folder'
      if (entry.isSymbolicLink()) return `link ${await readlink(file)}`
      return describeFile((await lstat(file)).mode & 0o777, await readFile(file))
    }
    tree.set(path.relative(root, file), await held())
  }
  return tree
}

function describeFile(mode: number, bytes: Uint8Array): string {
  return `file ${mode.toString(8)} ${Buffer.from(bytes).toString('hex')}`
}
