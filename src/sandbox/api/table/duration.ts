const minute = 60
const hour = 60 * minute
const day = 24 * hour
const year = 365 * day

/** How long ago a time was, as kubectl tells ages: `45s`, `3m20s`, `5d2h`. */
export function ageSince(time: unknown, now: Date): string {
  const then = typeof time === 'string' ? Date.parse(time) : Number.NaN
  return Number.isNaN(then) ? '<unknown>' : humanDuration((now.getTime() - then) / 1_000)
}

/** In two units where the first one alone would say too little. */
export function humanDuration(seconds: number): string {
  const whole = Math.floor(seconds)
  if (whole < -1) return '<invalid>'
  if (whole < 0) return '0s'
  if (whole < 2 * minute) return `${whole}s`
  if (whole < 10 * minute) return inTwo(whole, minute, 'm', 1, 's')
  if (whole < 3 * hour) return `${Math.floor(whole / minute)}m`
  if (whole < 8 * hour) return inTwo(whole, hour, 'h', minute, 'm')
  if (whole < 2 * day) return `${Math.floor(whole / hour)}h`
  if (whole < 8 * day) return inTwo(whole, day, 'd', hour, 'h')
  if (whole < 2 * year) return `${Math.floor(whole / day)}d`
  if (whole < 8 * year) return inTwo(whole, year, 'y', day, 'd')
  return `${Math.floor(whole / year)}y`
}

function inTwo(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % large) / small)
  return `${Math.floor(seconds / large)}${largeName}${rest === 0 ? '' : `${rest}${smallName}`}`
}
