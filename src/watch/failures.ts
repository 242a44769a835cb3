import type { Failure } from '../model/failure.ts'

/** Says in a person's words why a path cannot be watched, with the cure where one is known. */
export function describeWatchError(error: unknown, path: string): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const why = error instanceof Error ? error.message : String(error)
  switch (code) {
    case 'ENOSPC':
      return {
        code: 'watch/limit',
        message: 'the system allows no more file watches, so some changes will not be seen',
        why,
        cure: 'run: sudo sysctl fs.inotify.max_user_watches=1048576 (to keep it, put the setting into /etc/sysctl.d/60-inotify.conf), or name folders that need no watching in .dockerignore',
      }
    case 'EMFILE':
    case 'ENFILE':
      return {
        code: 'watch/limit',
        message: 'too many files are open, so some changes will not be seen',
        why,
        cure: 'run: sudo sysctl fs.inotify.max_user_instances=1024, and ulimit -n 65536 in the shell that starts devloop',
      }
    case 'EACCES':
    case 'EPERM':
      return {
        code: 'watch/failed',
        message: 'may not be read, so its changes will not be seen',
        at: { file: path },
        why,
        cure: 'give yourself the right to read it, or name it in .dockerignore',
      }
    default:
      return { code: 'watch/failed', message: 'cannot be watched', at: { file: path }, why }
  }
}
