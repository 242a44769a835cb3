import type { Hold } from '../engine/plan.ts'
import { listed } from './text.ts'

/** On what something waits, to follow the word `waits`. */
export function describeHold(hold: Hold): string {
  switch (hold.reason) {
    case 'images':
      return `for ${listed(hold.images)} to be built`
    case 'failed-images':
      return `until ${listed(hold.images)} can be built`
    case 'dependencies':
      return `for ${listed(hold.services)} to be live`
    case 'disabled-dependencies':
      return `until ${listed(hold.services)} ${hold.services.length === 1 ? 'is' : 'are'} enabled`
    case 'paused':
      return 'until devloop is resumed'
    case 'cluster':
      return 'for the cluster'
    case 'build-limit':
      return 'for another build to end'
    case 'cancelling':
      return 'for the last task to end'
    default:
      return hold satisfies never
  }
}
