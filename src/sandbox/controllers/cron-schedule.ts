import { Cron } from 'croner'

/** The times of a CronJob. */
export interface CronSchedule {
  /** The latest time after `since` up to `now`, and whether there were more than a hundred. */
  latest(since: Date, now: Date): { readonly time: Date; readonly isLate: boolean } | undefined
  /** The first time after one. */
  next(after: Date): Date | undefined
}

/** From so many missed times on Kubernetes says that something is wrong. */
const manyMissed = 100

/**
 * @param expression of five fields, or `@hourly` and its like
 * @param timeZone as in the IANA database; UTC where none is given
 * @returns what is wrong with one of them, as a text
 */
export function parseSchedule(expression: string, timeZone = 'Etc/UTC'): CronSchedule | string {
  if (!expression.startsWith('@') && expression.trim().split(/\s+/).length !== 5)
    return `expected exactly 5 fields, found ${expression.trim().split(/\s+/).length}: [${expression}]`
  try {
    const cron = new Cron(expression, { timezone: timeZone, paused: true })
    // Whether the time zone exists is seen only when it is used.
    cron.nextRun()
    return {
      latest(since, now) {
        // The library looks for times before the given one, to the second.
        const [time] = cron.previousRuns(1, new Date(now.getTime() + 1000))
        if (!time || time <= since) return undefined
        return {
          time,
          isLate: cron.nextRuns(manyMissed, since).filter(each => each <= now).length >= manyMissed,
        }
      },
      next: after => cron.nextRun(after) ?? undefined,
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
