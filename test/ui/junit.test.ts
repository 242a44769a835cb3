import { expect, test } from 'vitest'
import { formatJunit } from '../../src/ui/junit.ts'

test('a report counts, times and names what failed', () => {
  const cases = [
    { name: 'web is live', tookMs: 1_234 },
    { name: 'npm test', tookMs: 500, failure: { message: 'exit code 1', text: 'not ok' } },
  ]
  expect(formatJunit('devloop shop', cases, Date.parse('2026-11-21T07:00:00Z')).split('\n')).toEqual([
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites tests="2" failures="1" errors="0" time="1.734">',
    '  <testsuite name="devloop shop" tests="2" failures="1" errors="0" skipped="0" time="1.734" timestamp="2026-11-21T07:00:00">',
    '    <testcase classname="devloop shop" name="web is live" time="1.234"/>',
    '    <testcase classname="devloop shop" name="npm test" time="0.500">',
    '      <failure message="exit code 1">not ok</failure>',
    '    </testcase>',
    '  </testsuite>',
    '</testsuites>',
    '',
  ])
})

test('whatever a command prints, the report stays readable for a parser', () => {
  const text = '\u001b[31mred\u001b[0m <b> & "c"\u0000\ud800\n]]>'
  const report = formatJunit('s', [{ name: 'n', tookMs: 0, failure: { message: text, text } }], 0)
  const escaped = 'red &lt;b&gt; &amp; &quot;c&quot;\ufffd&#10;]]&gt;'
  expect(report).toContain(`<failure message="${escaped}">${escaped}</failure>`)
})
