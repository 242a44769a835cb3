import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LogLines, maxLineLength } from '../../src/cluster/log-lines.ts'

const time = '2026-11-21T14:35:01.868924363Z'

function readAll(chunks: readonly Buffer[]) {
  const lines = new LogLines()
  const whole = chunks.flatMap(chunk => lines.take(chunk))
  const rest = lines.rest()
  return { whole, ...(rest && { rest }) }
}

test('wherever the network cuts a log, its lines are the same', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map(line => line.replace(/[\r\n]/g, ''))
  fc.assert(
    fc.property(fc.array(text), fc.array(fc.nat({ max: 400 })), (texts, cuts) => {
      const log = Buffer.from(texts.map(line => `${time} ${line}\n`).join(''))
      const places = [0, ...cuts.filter(cut => cut < log.length).toSorted((a, b) => a - b), log.length]
      const chunks = places.slice(1).map((place, index) => log.subarray(places[index], place))
      expect(readAll(chunks)).toEqual({ whole: texts.map(line => ({ time, text: line })) })
    }),
  )
})

test('times of every node become the same kind of text, which sorts as they do', () => {
  const { whole } = readAll([
    Buffer.from('2026-11-21T15:35:01.5+01:00 a\n2026-11-21T14:35:01Z b\n2026-11-21T14:35:01.000000001Z c\n'),
  ])
  expect(whole).toEqual([
    { time: '2026-11-21T14:35:01.500000000Z', text: 'a' },
    { time: '2026-11-21T14:35:01.000000000Z', text: 'b' },
    { time: '2026-11-21T14:35:01.000000001Z', text: 'c' },
  ])
})

test('a line of many megabytes costs no more memory than is shown of it, and is said to be cut', () => {
  const lines = new LogLines()
  const before = process.memoryUsage().arrayBuffers
  lines.take(Buffer.from(`${time} `))
  const part = Buffer.alloc(65_536, 'é')
  for (let count = 0; count < 1_000; count++) expect(lines.take(part)).toEqual([])
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  const [line] = lines.take(Buffer.from('\n'))
  expect(line?.text).toMatch(/^é+ … \(cut after 16384 characters\)$/)
})

test('a long line that comes at once is cut too, and not through a character', () => {
  const { whole } = readAll([
    Buffer.from(`${time} a\n${time} ${'x'.repeat(maxLineLength - 1)}🙂🙂\n${time} b\n`),
  ])
  expect(whole.map(({ text }) => text)).toEqual([
    'a',
    `${'x'.repeat(maxLineLength - 1)} … (cut after ${maxLineLength - 1} characters)`,
    'b',
  ])
})

test('what is no UTF-8 is replaced, and hides no line', () => {
  const log = Buffer.concat([
    Buffer.from(`${time} a`),
    Buffer.from([0xff, 0xe2, 0x82]),
    Buffer.from(`\n${time} b\r\n`),
  ])
  expect(readAll([log]).whole.map(({ text }) => text)).toEqual(['a\ufffd\ufffd', 'b'])
})

test('what the kubelet says in place of a log is not taken for the container’s words', () => {
  const log = `unable to retrieve container logs for docker://61fc\n${time} a\n`
  expect(readAll([Buffer.from(log)]).whole).toEqual([{ time, text: 'a' }])
})

test('last words without a line end are kept apart from the lines', () => {
  expect(readAll([Buffer.from(`${time} a\n${time} panic`)])).toEqual({
    whole: [{ time, text: 'a' }],
    rest: { time, text: 'panic' },
  })
})
