import { expect, test } from 'vitest'
import { readNewestLogs } from '../../src/cli/newest-logs.ts'
import type { LogsReader } from '../../src/control/client.ts'
import type { LogsRequest } from '../../src/control/logs.ts'
import type { LogLine } from '../../src/model/log.ts'
import { ok } from '../../src/model/result.ts'

const source = { service: 'web', namespace: 'shop', pod: 'web-1', container: 'web' }
const line = (text: string): LogLine => ({ time: '2026-11-21T12:00:00.000000000Z', source, text })
const wanted = { services: [], lines: 100 }

/** A running `up` that has these lines, and gives them in parts. */
function upWith(texts: readonly string[]) {
  const requests: LogsRequest[] = []
  return {
    requests,
    async logs(request: LogsRequest, { onLines }: LogsReader) {
      requests.push(request)
      for (let begin = 0; begin < texts.length; begin += 40)
        await onLines(texts.slice(begin, begin + 40).map(line))
      return ok(undefined)
    },
  }
}

async function newest(texts: readonly string[], request: Partial<Parameters<typeof readNewestLogs>[1]> = {}) {
  const read = await readNewestLogs(upWith(texts), { ...wanted, ...request })
  if (!read.ok) throw new Error(read.failure.message)
  return { texts: read.value.lines.map(({ text }) => text), truncated: read.value.truncated }
}

test('an assistant gets the newest lines that fit, and knows that there are more', async () => {
  const all = Array.from({ length: 1_000 }, (_, index) => `line ${index}`)
  expect(await newest(all.slice(0, 3))).toEqual({ texts: ['line 0', 'line 1', 'line 2'], truncated: false })
  expect(await newest(all, { lines: 2 })).toEqual({ texts: ['line 998', 'line 999'], truncated: true })
  expect(await newest(all, { grep: '9{2}$', lines: 3 })).toEqual({
    texts: ['line 799', 'line 899', 'line 999'],
    truncated: true,
  })
})

test('however long lines are, an assistant is not drowned in them, and gets no colours', async () => {
  const long = await newest(Array.from({ length: 200 }, (_, index) => `${index} ${'x'.repeat(15_000)}`))
  expect(long.texts.at(-1)).toMatch(/^199 x{1996}$/)
  expect(long.texts.join('').length).toBeLessThanOrEqual(50_000)
  expect(long.truncated).toBe(true)
  expect((await newest(['\x1b[31mred\x1b[0m'], { grep: '^red$' })).texts).toEqual(['red'])
})

test('services, age and level are left to the running up, and a wrong pattern is named', async () => {
  const up = upWith([])
  await readNewestLogs(up, { services: ['web'], sinceSeconds: 60, level: 'warn', lines: 1 })
  expect(up.requests).toEqual([{ services: ['web'], follow: false, sinceMs: 60_000, level: 'warn' }])
  expect(await readNewestLogs(up, { ...wanted, grep: '(' })).toMatchObject({
    ok: false,
    failure: { message: expect.stringContaining('grep is no regular expression') },
  })
})
