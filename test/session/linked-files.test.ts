import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { SyncSetting } from '../../src/model/sync.ts'
import { openDecider } from '../../src/session/decider.ts'

test('a link is synced as a link, and an edit behind it only where the file itself is', async () => {
  const { root, decide } = await project()
  await symlink('shared', path.join(root, 'link'))
  expect(decide('link')).toMatchObject({ kind: 'sync', target: '/app/link' })
  expect(decide('link/a.js')).toMatchObject({ kind: 'ignored' })
  expect(decide('shared/a.js')).toMatchObject({ kind: 'sync', target: '/app/shared/a.js' })
})

test('what is no more behind a link, because its folder has gone, is deleted by its own path only', async () => {
  const { root, decide } = await project()
  await symlink('shared', path.join(root, 'link'))
  await rm(path.join(root, 'shared'), { recursive: true })
  expect(decide('link/a.js')).toMatchObject({ kind: 'ignored' })
})

test('an edit behind a link that leads out of what is synced makes a new image', async () => {
  const { root, decide } = await project()
  await symlink('../elsewhere', path.join(root, 'link'))
  expect(decide('link/a.js')).toMatchObject({ kind: 'rebuild', reason: expect.stringContaining('link') })
})

test('a file whose folder became a file is deleted', async () => {
  const { root, decide } = await project()
  await rm(path.join(root, 'shared'), { recursive: true })
  await writeFile(path.join(root, 'shared'), '')
  expect(decide('shared/deep/a.js')).toMatchObject({ kind: 'sync', target: '/app/shared/deep/a.js' })
})

test('a synced folder that is a link itself is followed', async () => {
  const { root, decide } = await project('real')
  await symlink('real', root)
  expect(decide('shared/a.js')).toMatchObject({ kind: 'sync', target: '/app/shared/a.js' })
})

/** A project whose folder `src` is synced. @param name of the folder that holds its files */
async function project(name = 'src') {
  const context = await mkdtemp(path.join(tmpdir(), 'devloop-links-'))
  onTestFinished(() => rm(context, { recursive: true }))
  const root = path.join(context, 'src')
  await mkdir(path.join(context, name, 'shared'), { recursive: true })
  await writeFile(path.join(context, name, 'shared/a.js'), '')
  const sync: SyncSetting = {
    kind: 'rules',
    rules: { sync: [{ from: root, to: '/app' }], runs: [], rebuildOn: [] },
  }
  const decider = await openDecider(
    {
      ref: 'app',
      builder: {
        kind: 'docker',
        context,
        dockerfile: path.join(context, 'Dockerfile'),
        args: {},
        secrets: [],
        sync,
      },
    },
    { ending: [], initializing: [], commands: [] },
    undefined,
  )
  return { root, decide: (file: string) => decider.decide(path.join(root, file)) }
}
