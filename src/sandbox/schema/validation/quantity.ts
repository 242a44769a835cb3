const pattern = /^([+-]?(?:\d+\.?\d*|\.\d+))(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|n|u|[eE][+-]?\d+)?$/

export const quantityWords =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

export function isQuantity(text: string): boolean {
  return pattern.test(text)
}

/** Below 0 where the first one is less. */
export function compareQuantities(a: string, b: string): number {
  return amountOf(a) - amountOf(b)
}

function amountOf(text: string): number {
  const [, digits = '0', unit = ''] = pattern.exec(text) ?? []
  const factor = /^[eE].?\d/.test(unit) ? Number(`1${unit}`) : (factors[unit] ?? 1)
  return Number(digits) * factor
}
