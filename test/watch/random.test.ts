import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { look } from '../../src/watch/disk.ts'
import { createRig } from './rig.ts'

const names = ['a', 'b', 'c']
const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }).map(parts => parts.join('/'))
const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), path, content: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('folder' as const), path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rename' as const), path, to: path }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('link' as const),
      path,
      to: fc.constantFrom('folder', 'file', 'twin', 'nothing'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pause' as const), milliseconds: fc.nat(25) }) },
)
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

test('after any history of changes the files told of are the files on the disk', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 40 }), async operations => {
      const rig = await createRig()
      mkdirSync(rig.at('root/a'), { recursive: true })
      writeFileSync(rig.at('root/a/b'), 'present')
      mkdirSync(rig.at('outside/folder'), { recursive: true })
      writeFileSync(rig.at('outside/folder/c'), 'linked')
      writeFileSync(rig.at('outside/file'), 'linked')
      writeFileSync(rig.at('outside/twin'), 'linked')
      // The root itself comes and goes too, below a folder that stays.
      await rig.watch([rig.at('root')])
      const told = new Map([...filesBelow(rig.at('root'))].map(file => [file, contentOf(file)]))
      let applied = 0
      const apply = () => {
        for (const { changes } of rig.batches.slice(applied))
          for (const { path: file, kind } of changes) {
            if (kind === 'deleted' ? !told.has(file) : kind === 'added' && told.has(file))
              throw new Error(`${kind} ${file} does not follow from what was told before`)
            if (kind === 'deleted') told.delete(file)
            else told.set(file, contentOf(file))
          }
        applied = rig.batches.length
      }
      for (const one of operations) await perform(one, rig.at('root'))
      const isTold = () => {
        apply()
        const disk = filesBelow(rig.at('root'))
        const relevant = [...told.keys()].filter(file => file.startsWith(rig.at('root')))
        return (
          relevant.length === disk.size &&
          relevant.every(file => disk.has(file) && told.get(file) === contentOf(file))
        )
      }
      const isInTime = await Promise.race([rig.until(isTold).then(() => true), pause(10_000, false)])
      if (!isInTime) {
        const tell = (files: Iterable<string>) => [...files].map(file => file.slice(rig.folder.length)).sort()
        expect({ told: tell(told.keys()), batches: rig.told() }).toEqual({
          told: tell(filesBelow(rig.at('root'))),
        })
      }
      // And it sees what comes next, everywhere.
      const seen = rig.told().length
      const files = [...filesBelow(rig.at('root'))].filter(isFile)
      for (const file of files) writeFileSync(file, 'the end')
      for (const file of files)
        await Promise.race([
          rig.until(all => all.slice(seen).includes(`changed ${file.slice(rig.folder.length + 1)}`)),
          pause(10_000).then(() => {
            throw new Error(`an edit of ${file} was not told`)
          }),
        ])
      await rig.watcher.close()
    }),
    { numRuns: 40, endOnFailure: true },
  )
})

async function perform(one: Operation, root: string) {
  if (one.kind === 'pause') return pause(one.milliseconds)
  const at = join(root, one.path)
  try {
    switch (one.kind) {
      case 'write':
        mkdirSync(dirname(at), { recursive: true })
        // Nothing in the root tells that what a link leads to was made elsewhere.
        if (look(at).kind === 'broken-link') rmSync(at)
        return writeFileSync(at, String(one.content))
      case 'folder':
        return mkdirSync(at, { recursive: true })
      case 'remove':
        return rmSync(at, { recursive: true, force: true })
      case 'rename':
        return renameSync(at, join(root, one.to))
      case 'link':
        return symlinkSync(join(dirname(root), 'outside', one.to), at)
      default:
        one satisfies never
    }
  } catch {
    // Not every operation is possible on every tree.
  }
}

/** Of a link also where it leads: two may lead to the same content. */
function contentOf(file: string): string {
  const found = look(file)
  if (found.kind === 'nothing') return ''
  const destination = lstatSync(file).isSymbolicLink() ? readlinkSync(file) : ''
  return `${isFile(file) ? readFileSync(file, 'utf8') : ''} -> ${destination}`
}

function isFile(file: string): boolean {
  return look(file).kind === 'file'
}

/** Files and links that are there by their own path, and files through one link. */
function filesBelow(folder: string, isLinked = false, found = new Set<string>()): Set<string> {
  if (!existsSync(folder)) return found
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const at = join(folder, entry.name)
    const isLink = entry.isSymbolicLink()
    if (isLink || entry.isFile()) found.add(at)
    const isFollowed = existsSync(at) && statSync(at).isDirectory() && !(isLink && isLinked)
    if (isFollowed) filesBelow(at, isLinked || isLink, found)
  }
  return found
}
