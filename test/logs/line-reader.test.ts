import { expect, test } from 'vitest'
import { LineReader } from '../../src/logs/line-reader.ts'
import { timeAt } from '../fakes/pod-log.ts'

const source = { service: 'web', namespace: 'shop', pod: 'web-1', container: 'web' }
const time = timeAt('1')
const at = Date.parse(time)

function read(...texts: readonly string[]) {
  const reader = new LineReader(source)
  return texts.map(text => reader.read({ time, text }))
}

test.each([
  ['klog', 'E1121 14:35:01.868924       1 main.go:12] no route', 'error'],
  ['logfmt', 'time="2026-11-21T12:00:00Z" level=warning msg="disk error soon"', 'warn'],
  ['nginx', '2026/11/21 12:00:00 [error] 31#31: *1 open() failed', 'error'],
  ['Apache', '[Sat Nov 21 12:00:00 2026] [mpm_event:notice] [pid 1] resuming', 'info'],
  ['log4j', '2026-11-21 12:00:00,123 ERROR [main] c.e.App - no', 'error'],
  ['logback', '12:00:00.123 [main] WARN  c.e.App -- low', 'warn'],
  ['Spring', '2026-11-21T12:00:00.123Z  INFO 1 --- [main] c.e.App : up', 'info'],
  ['Python', 'WARNING:root:low', 'warn'],
  ['uvicorn', 'INFO:     Started server process [1]', 'info'],
  ['Rust', '[2026-11-21T12:00:00Z DEBUG app] tick', 'debug'],
  ['zap on a console', '2026-11-21T12:00:00.000Z\tFATAL\tapp/main.go:1\tno', 'fatal'],
  ['PostgreSQL', '2026-11-21 12:00:00.000 UTC [42] FATAL:  database "x" does not exist', 'fatal'],
  ['npm', 'npm ERR! missing script', 'error'],
  ['Rails', 'W, [2026-11-21T12:00:00.000000 #1]  WARN -- : low', 'warn'],
  ['Node', "TypeError: Cannot read properties of undefined (reading 'x')", 'error'],
  ['Java', 'Exception in thread "main" java.lang.IllegalStateException: no', 'error'],
  ['Python, uncaught', 'Traceback (most recent call last):', 'error'],
  ['Go', 'panic: runtime error: index out of range', 'fatal'],
  ['in colour', '\x1b[33mwarn\x1b[0m: low', 'warn'],
  ['a label', 'error: no such file', 'error'],
])('the level of a line is found: %s', (_, text, level) => {
  expect(read(text)[0]?.level).toBe(level)
})

test.each([
  'Listening on port 3000',
  'GET /error 200 in 3 ms',
  'there was no error in this information',
  'Fatality is a word too',
  'I am in a good mood',
  'ERRORS is the name of a table',
])('a line that does not say is not guessed at: %s', text => {
  expect(read(text)[0]).not.toHaveProperty('level')
})

test('a stack trace is as serious as the line above it', () => {
  const lines = read('Error: no', '    at main (app.js:1)', 'Caused by: other', 'next request')
  expect(lines.map(({ level }) => level)).toEqual(['error', 'error', 'error', undefined])
  const [, trace] = read('{"level":"fatal","msg":"no"}', '    at main (app.js:1)')
  expect(trace?.level).toBe('fatal')
})

test.each([
  [
    'pino',
    { level: 50, time: at, pid: 1, msg: 'no database', port: 5432 },
    'ERROR no database pid=1 port=5432',
    'error',
  ],
  ['bunyan', { name: 'app', level: 30, msg: 'up', v: 0 }, 'INFO  up name=app v=0', 'info'],
  [
    'zap',
    { level: 'warn', ts: at / 1_000, caller: 'a.go:1', msg: 'low disk' },
    'WARN  low disk caller=a.go:1',
    'warn',
  ],
  [
    'logback',
    { '@timestamp': time, message: 'no', level: 'ERROR', thread_name: 'main' },
    'ERROR no thread_name=main',
    'error',
  ],
  ['python', { asctime: '2026-11-21 12:00:01', levelname: 'CRITICAL', message: 'no' }, 'FATAL no', 'fatal'],
  [
    'a cloud',
    { severity: 'NOTICE', message: 'hello', labels: { a: 1 } },
    'INFO  hello labels={"a":1}',
    'info',
  ],
  ['Serilog', { '@t': time, '@l': 'Warning', '@m': 'low' }, 'WARN  low', 'warn'],
  ['text with blanks', { level: 'info', msg: 'x', user: 'a b' }, 'INFO  x user="a b"', 'info'],
  ['without a level', { msg: 'plain', n: null }, 'plain n=null', undefined],
  [
    'another time than the node’s',
    { time: '2020-01-01T00:00:00Z', level: 20, msg: 'old' },
    '2020-01-01T00:00:00.000Z DEBUG old',
    'debug',
  ],
  ['lines in a message', { level: 'error', msg: 'a\nb' }, 'ERROR a ⏎ b', 'error'],
])('a JSON line reads as a sentence, and what was written is kept: %s', (_, object, text, level) => {
  const raw = JSON.stringify(object)
  expect(read(raw)[0]).toEqual({ time, source, text, raw, ...(level && { level }) })
})

test.each(['{"a":1}', '{"level":', '[1,2]', '{}', '{"level":"info"} and more'])(
  'what is no line of a logger stays as it is: %s',
  text => {
    expect(read(text)[0]).toMatchObject({ text })
    expect(read(text)[0]).not.toHaveProperty('raw')
  },
)

test('what JSON hides from the terminal stays hidden', () => {
  const [line] = read(JSON.stringify({ msg: 'a\x1b]0;owned\x07b', 'k\x1b[2J': 'v\x9b2J' }))
  expect(line?.text).not.toMatch(/[\x00-\x1f\x7f-\x9f]/)
  expect(line?.text).toMatch(/^ab k=/)
})
