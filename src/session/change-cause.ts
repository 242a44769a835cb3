import path from 'node:path'
import type { State } from '../engine/state.ts'

/** The files or reasons behind a service's change, for `kubectl rollout history`; bounded, as annotations are. */
export function formatChangeCause({ project, services }: State, service: string): string {
  const causes = services.get(service)?.change?.causes ?? []
  const words = causes.map(cause => {
    if (cause.kind === 'file') return path.relative(project.root, cause.path)
    return cause.kind === 'base' ? cause.ref : cause.kind
  })
  const unique = [...new Set(words)]
  const more = unique.length > 10 ? ` and ${unique.length - 10} more` : ''
  return `devloop: ${unique.slice(0, 10).join(', ')}${more}`
}
