const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
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

/**
 * How many of the divisor are in a quantity, rounded up, as Kubernetes writes it for `resourceFieldRef`.
 *
 * @param quantity such as `500m` or `128Mi`
 * @param divisor `0` and none mean 1
 */
export function divideQuantity(quantity: string, divisor = '1'): string {
  const by = parseQuantity(divisor) || 1
  // Numbers like 0.1 are no binary ones: 0.3 / 0.1 must stay 3.
  return String(Math.ceil(Number((parseQuantity(quantity) / by).toPrecision(12))))
}

/** @param quantity such as `500m` or `128Mi`; what is none counts as 0 */
export function parseQuantity(quantity: string): number {
  const [, number = '0', unit = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(quantity) ?? []
  return Number(number) * (factors[unit] ?? 1)
}
