/** An amount with a unit, as Kubernetes writes it: `500m`, `1Gi`, `1e3`. */
const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|n|u)|[eE]([+-]?\d+))?$/

export const quantityWords =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

const decimalUnits = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const binaryUnits = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
/** Amounts are counted in billionths, the least that there is. */
const nanosPerUnit = 1_000_000_000n

interface Quantity {
  readonly nanos: bigint
  readonly form: 'decimal' | 'binary' | 'exponent'
}

export function isQuantity(text: string): boolean {
  return parse(text) !== undefined
}

/** Below 0 where the first one is less. */
export function compareQuantities(a: string, b: string): number {
  const difference = (parse(a)?.nanos ?? 0n) - (parse(b)?.nanos ?? 0n)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** With the largest unit in which it is a whole number, as the API gives it back. What is none stays as it is. */
export function canonicalQuantity(text: string): string {
  const quantity = parse(text)
  if (!quantity) return text
  const { nanos, form } = quantity
  const isWholeBinary = form === 'binary' && nanos % nanosPerUnit === 0n
  const magnitude = nanos < 0n ? -nanos : nanos
  if (isWholeBinary && magnitude >= 1024n * nanosPerUnit) {
    return inUnits(nanos / nanosPerUnit, 1024n, binaryUnits)
  }
  if (form !== 'exponent') return inUnits(nanos, 1000n, decimalUnits)
  const exponent = zeroGroups(nanos) - 3
  return exponent === 0
    ? String(nanos / nanosPerUnit)
    : `${nanos / 1000n ** BigInt(exponent + 3)}e${exponent * 3}`
}

function inUnits(amount: bigint, step: bigint, units: readonly string[]): string {
  if (amount === 0n) return '0'
  let rest = amount
  let index = 0
  while (rest % step === 0n && index < units.length - 1) {
    rest /= step
    index++
  }
  return `${rest}${units[index]}`
}

/** How often a thousand divides an amount. */
function zeroGroups(amount: bigint): number {
  let groups = 0
  for (let rest = amount; rest !== 0n && rest % 1000n === 0n; rest /= 1000n) groups++
  return amount === 0n ? 3 : groups
}

function parse(text: string): Quantity | undefined {
  const found = pattern.exec(text)
  if (!found) return undefined
  const [, sign = '', whole = '', fraction = '', unit = '', exponent] = found
  if (whole === '' && fraction === '') return undefined
  const digits = BigInt(`${whole}${fraction}`)
  const form = exponent !== undefined ? 'exponent' : unit.endsWith('i') ? 'binary' : 'decimal'
  const { factor, divisor } = scaleOf(unit, Number(exponent ?? 0))
  const below = 10n ** BigInt(fraction.length) * divisor
  const product = digits * factor
  // What is finer than the least amount counts as one more of it.
  const nanos = (product + below - 1n) / below
  return { nanos: sign === '-' ? -nanos : nanos, form }
}

/** In billionths. */
function scaleOf(unit: string, exponent: number): { readonly factor: bigint; readonly divisor: bigint } {
  const binary = binaryUnits.indexOf(unit)
  if (binary > 0) return { factor: nanosPerUnit * 1024n ** BigInt(binary), divisor: 1n }
  const power = unit === '' ? exponent + 9 : decimalUnits.indexOf(unit) * 3
  const bounded = Math.max(-27, Math.min(36, power))
  return bounded >= 0
    ? { factor: 10n ** BigInt(bounded), divisor: 1n }
    : { factor: 1n, divisor: 10n ** BigInt(-bounded) }
}
