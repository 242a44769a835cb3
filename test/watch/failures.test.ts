import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Failure } from '../../src/model/failure.ts'
import type { WatchBackend, WatchRequest } from '../../src/watch/backend.ts'
import { createFileWatcher } from '../../src/watch/watcher.ts'
import { createRig, temporaryFolder } from './rig.ts'

/** A file system whose events and errors the test makes. */
function fakeBackend(): WatchBackend & { readonly requests: WatchRequest[]; openCount(): number } {
  const requests: WatchRequest[] = []
  let openCount = 0
  return {
    requests,
    openCount: () => openCount,
    open(request) {
      requests.push(request)
      openCount++
      return {
        ready: Promise.resolve(),
        close: () => {
          openCount--
        },
      }
    },
  }
}

async function watchWith(backend: WatchBackend, roots: readonly string[]) {
  const failures: Failure[] = []
  const watcher = createFileWatcher(
    { onBatch: () => {}, onFailure: failure => failures.push(failure) },
    backend,
  )
  onTestFinished(() => watcher.close())
  await watcher.watch([{ id: 'image:web', roots }])
  return { failures, watcher }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: watch`), { code })
}

test.each([
  ['ENOSPC', /fs\.inotify\.max_user_watches=/],
  ['EMFILE', /fs\.inotify\.max_user_instances=/],
])('the limit %s is told once, with its cure', async (code, cure) => {
  const backend = fakeBackend()
  const folder = await temporaryFolder()
  const { failures } = await watchWith(backend, [folder])
  for (const name of ['a', 'b', 'c']) backend.requests[0]?.onError(join(folder, name), systemError(code))
  expect(failures).toHaveLength(1)
  expect(failures[0]).toMatchObject({ code: 'watch/limit', cure: expect.stringMatching(cure) })
})

test('other errors name the path, once for each', async () => {
  const backend = fakeBackend()
  const folder = await temporaryFolder()
  const { failures } = await watchWith(backend, [folder])
  for (const name of ['a', 'b', 'a']) backend.requests[0]?.onError(join(folder, name), systemError('EIO'))
  expect(failures.map(({ code, at }) => [code, at?.file])).toEqual([
    ['watch/failed', join(folder, 'a')],
    ['watch/failed', join(folder, 'b')],
  ])
})

test('what is watched already is not watched anew, and what is watched no more is let go', async () => {
  const backend = fakeBackend()
  const [one, two] = [await temporaryFolder(), await temporaryFolder()]
  const { watcher } = await watchWith(backend, [one])
  await watcher.watch([{ id: 'image:web', roots: [one], ignores: () => false }])
  expect(backend.requests).toHaveLength(1)
  await watcher.watch([{ id: 'image:web', roots: [one, join(one, 'inside'), two] }])
  expect(backend.requests).toHaveLength(2)
  await watcher.watch([{ id: 'image:web', roots: [two] }])
  expect([backend.requests.length, backend.openCount()]).toEqual([2, 1])
  await watcher.close()
  expect(backend.openCount()).toBe(0)
})

test('a folder that may not be read is told, the rest goes on, and it is watched once it may', async () => {
  const rig = await createRig()
  mkdirSync(rig.at('closed'))
  writeFileSync(rig.at('closed/x'), 'one')
  writeFileSync(rig.at('app.js'), 'one')
  for (const path of [rig.folder, rig.at('closed'), rig.at('closed/x'), rig.at('app.js')])
    chmodSync(path, 0o777)
  chmodSync(rig.at('closed'), 0o000)
  becomeNobody()
  await rig.watch([rig.folder])
  expect(rig.failures.map(({ code, at }) => [code, at?.file])).toEqual([['watch/failed', rig.at('closed')]])
  becomeSelf()
  writeFileSync(rig.at('app.js'), 'two')
  becomeNobody()
  await rig.until(told => told.includes('changed app.js'))
  becomeSelf()
  chmodSync(rig.at('closed'), 0o777)
  await rig.until(told => told.includes('added closed/x'))
  writeFileSync(rig.at('closed/x'), 'two')
  await rig.until(told => told.includes('changed closed/x'))
})

/** Root may read everything. */
function becomeNobody() {
  if (process.getuid?.() !== 0) return
  process.seteuid?.(65_534)
  onTestFinished(becomeSelf)
}

function becomeSelf() {
  if (process.getuid?.() === 0) process.seteuid?.(0)
}
