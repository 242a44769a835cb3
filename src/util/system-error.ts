/**
 * Whether an error is one of the system's, such as a full disk or a file that may not be read: these happen to correct programs, too.
 */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}
