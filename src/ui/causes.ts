import type { Cause } from '../engine/state.ts'
import { formatPath, listed } from './text.ts'

/** Why something is made anew, in a few words: `src/server.js`, `the Devfile`, `start`. */
export function formatCauses(causes: readonly Cause[], cwd: string): string {
  const words = causes.map(cause => {
    switch (cause.kind) {
      case 'start':
        return 'start'
      case 'file':
        return formatPath(cause.path, cwd) + (cause.change === 'deleted' ? ' (deleted)' : '')
      case 'unsynced':
        return 'a container did not take the files'
      case 'base':
        return `new ${cause.ref}`
      case 'devfile':
        return 'the Devfile'
      case 'cluster':
        return 'another cluster'
      case 'asked':
        return 'asked for'
      default:
        return cause satisfies never
    }
  })
  return listed([...new Set(words)])
}
