import { stripVTControlCharacters } from 'node:util'

/** One row of a report. */
export interface JunitCase {
  readonly name: string
  readonly tookMs: number
  /** Why it failed: one line, and all that is to be read of it. */
  readonly failure?: { readonly message: string; readonly text: string }
}

/**
 * A report in the form of JUnit's XML as CI servers read it: one suite, in which the times are seconds.
 *
 * @param at milliseconds since the epoch
 */
export function formatJunit(suite: string, cases: readonly JunitCase[], at: number): string {
  const failures = cases.filter(({ failure }) => failure).length
  const counts = `tests="${cases.length}" failures="${failures}" errors="0"`
  const took = `time="${seconds(cases.reduce((sum, { tookMs }) => sum + tookMs, 0))}"`
  const timestamp = `timestamp="${new Date(at).toISOString().slice(0, 19)}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts} ${took}>`,
    `  <testsuite name="${escapeXml(suite)}" ${counts} skipped="0" ${took} ${timestamp}>`,
    ...cases.flatMap(one => formatCase(suite, one)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function formatCase(suite: string, { name, tookMs, failure }: JunitCase): readonly string[] {
  const head = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}" time="${seconds(tookMs)}"`
  if (!failure) return [`${head}/>`]
  return [
    `${head}>`,
    `      <failure message="${escapeXml(failure.message)}">${escapeXml(failure.text)}</failure>`,
    '    </testcase>',
  ]
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

/** What XML 1.0 cannot hold at all is left out: control characters, and halves of surrogate pairs. */
function escapeXml(text: string): string {
  return stripVTControlCharacters(text)
    .toWellFormed()
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
    .replace(/[&<>"\n]/g, character => entities[character] ?? '')
}
