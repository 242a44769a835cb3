import type { Failure } from '../model/failure.ts'
import { type Fault, formatKeyPath } from './fault.ts'
import { lineOfKey } from './key-line.ts'

/**
 * Faults as the user sees them, in the order of the Devfile.
 *
 * @param devfile the absolute path and the text that the faults are of.
 */
export function toFailures(
  faults: readonly Fault[],
  devfile: { readonly file: string; readonly text: string },
): readonly Failure[] {
  const failures = faults.map(({ path, message, cure }): Failure => {
    const line = lineOfKey(devfile.text, path)
    return {
      code: 'config/invalid',
      message,
      at: {
        file: devfile.file,
        ...(line !== undefined && { line }),
        ...(path.length > 0 && { object: formatKeyPath(path) }),
      },
      ...(cure !== undefined && { cure }),
    }
  })
  return failures.toSorted((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0))
}
