import path from 'node:path'

/** Whether a path is that of a folder, or lies below it; both are absolute, or both relative to the same folder. */
export function isWithin(file: string, folder: string): boolean {
  const relative = path.relative(folder, file)
  // It is absolute where the two are on different drives.
  return relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative)
}
