import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { OutputLog, rotatedFile } from '../../../src/sandbox/runtime/output-log.ts'
import { readLog } from './rig.ts'

const mega = 1024 * 1024
let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devloop-log-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('however much a container says, the last 10 to 20 MB are kept, in whole lines', () => {
  const file = path.join(folder, '0.log')
  const log = new OutputLog(file)
  const text = `${'x'.repeat(1000)}\n`.repeat(64)
  for (let written = 0; written < 50 * mega; written += text.length) log.write('stdout', Buffer.from(text))
  log.write('stdout', Buffer.from('the last one\n'))
  log.close()
  const lines = [...readLog(rotatedFile(file)), ...readLog(file)]
  expect(lines.at(-1)).toBe('stdout F the last one')
  expect(new Set(lines.slice(0, -1).map(line => line.length))).toEqual(new Set([1009]))
  expect(statSync(rotatedFile(file)).size).toBeGreaterThan(10 * mega)
  for (const kept of [file, rotatedFile(file)]) expect(statSync(kept).size).toBeLessThan(11 * mega)
})

test('a log goes on where it was, and is put aside by what it has in all', () => {
  const file = path.join(folder, '0.log')
  for (let start = 0; start < 3; start++) {
    const log = new OutputLog(file)
    log.write('stderr', Buffer.from(`${start} ${'y'.repeat(1000)}\n`.repeat(4 * 1024)))
    log.close()
  }
  expect(readFileSync(rotatedFile(file), 'utf8')).toMatch(/ stderr F 0 y/)
})
