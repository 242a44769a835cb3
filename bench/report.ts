import { mkdir, writeFile } from 'node:fs/promises'

/** One measurement, as the table and the file of results show it. */
export interface Row {
  readonly what: string
  readonly unit: string
  readonly value: number
  readonly target: number
  /** All single values, where the value is their median. */
  readonly samples?: readonly number[]
}

/** Prints a table, writes `results/<name>.json`, and makes the process fail where a target was missed. */
export async function report(rows: readonly Row[], name: string): Promise<void> {
  process.stdout.write(`${table(rows)}\n`)
  const results = new URL(`results/${name}.json`, import.meta.url)
  await mkdir(new URL('.', results), { recursive: true })
  await writeFile(results, `${JSON.stringify({ at: new Date(), rows }, null, 2)}\n`)
  process.exitCode = rows.every(({ value, target }) => !(value > target)) ? 0 : 1
}

export function row(what: string, unit: string, samples: readonly number[], target: number): Row {
  return { what, unit, value: median(samples), target, samples }
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2
}

export function percentile(samples: readonly number[], percent: number): number {
  return samples.toSorted((a, b) => a - b)[Math.ceil((samples.length * percent) / 100) - 1] ?? Number.NaN
}

function table(all: readonly Row[]): string {
  const cells = all.map(({ what, unit, value, target, samples }) => [
    what,
    `${format(value)} ${unit}`,
    samples ? `${format(Math.min(...samples))} … ${format(Math.max(...samples))}` : '',
    Number.isNaN(target) ? '' : `≤ ${format(target)} ${unit}`,
    Number.isNaN(target) ? '' : value <= target ? 'met' : 'MISSED',
  ])
  const head = ['', 'median', 'least … most', 'target', '']
  const widths = head.map((_, column) => Math.max(...[head, ...cells].map(line => line[column]?.length ?? 0)))
  return [head, ...cells]
    .map(line =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2)
}
