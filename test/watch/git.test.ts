import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createRig } from './rig.ts'

test('a checkout of a branch with 5,000 changed files is one batch', { timeout: 60_000 }, async () => {
  const rig = await createRig()
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'gc.auto=0', ...args],
      {
        cwd: rig.folder,
        stdio: 'pipe',
      },
    )
  const write = (content: string) => {
    for (let folder = 0; folder < 100; folder++) {
      mkdirSync(rig.at(`d${folder}`), { recursive: true })
      for (let file = 0; file < 50; file++)
        writeFileSync(rig.at(`d${folder}`, `f${file}`), `${content} ${file}`)
    }
  }
  git('init', '-q', '-b', 'main')
  write('one')
  git('add', '.')
  git('commit', '-qm', 'one')
  git('checkout', '-qb', 'other')
  write('two')
  git('commit', '-qam', 'two')
  await rig.watch()
  // Not waited for synchronously: the events come while git works.
  execFile('git', ['checkout', '-q', 'main'], { cwd: rig.folder })
  await rig.until(told => told.length >= 5_000)
  await rig.settle()
  expect(
    rig.batches.filter(({ changes }) => changes.some(({ inputs }) => inputs.includes('image:web'))),
  ).toHaveLength(1)
  expect(new Set(rig.told()).size).toBe(5_000)
  writeFileSync(rig.at('d99/f0'), 'edited')
  await rig.until(told => told.length === 5_001)
})

test('nothing is told while git holds its lock, in a linked worktree too', async () => {
  const rig = await createRig()
  const gitFolder = rig.at('repository/.git/worktrees/tree')
  mkdirSync(gitFolder, { recursive: true })
  mkdirSync(rig.at('tree/src'), { recursive: true })
  writeFileSync(rig.at('tree/.git'), `gitdir: ${gitFolder}\n`)
  writeFileSync(join(gitFolder, 'index.lock'), '')
  await rig.watch([rig.at('tree/src')])
  writeFileSync(rig.at('tree/src/a'), 'one')
  // Longer than anything but the lock would hold it back.
  await pause(400)
  expect(rig.told()).toEqual([])
  writeFileSync(rig.at('tree/src/b'), 'one')
  rmSync(join(gitFolder, 'index.lock'))
  await rig.until(told => told.length === 2)
  expect(rig.batches).toHaveLength(1)
})
