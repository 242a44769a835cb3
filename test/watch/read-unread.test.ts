import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { adopt } from '../../src/watch/adopt.ts'
import { compare } from '../../src/watch/compare.ts'
import { createKnownFiles } from '../../src/watch/known-files.ts'
import { createMembership } from '../../src/watch/membership.ts'
import { readUnread } from '../../src/watch/read-unread.ts'
import { temporaryFolder } from './rig.ts'

test('a touch of a file that is older than the start is no change, an edit of it is', async () => {
  const file = join(await temporaryFolder(), 'app.js')
  writeFileSync(file, 'one')
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const membership = createMembership([{ id: 'image:web', roots: [file] }])
  const known = createKnownFiles()
  const onUnreadable = (path: string) => expect.unreachable(path)

  await adopt({ known, before: createMembership([]), next: membership, onUnreadable })
  expect(known.get(file)?.hash).toBeUndefined()
  await readUnread(known, new AbortController().signal)

  utimesSync(file, new Date(), new Date())
  expect(await compare([file], { known, membership, onUnreadable })).toEqual([])
  writeFileSync(file, 'two')
  expect(await compare([file], { known, membership, onUnreadable })).toEqual([
    { path: file, kind: 'changed', inputs: ['image:web'] },
  ])
})
