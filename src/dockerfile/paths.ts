import path from 'node:path'

/** A path of the image as an instruction writes it; undefined where the folder that it starts at is not known. */
export function resolveFrom(workdir: string | undefined, written: string | undefined): string | undefined {
  if (written === undefined) return undefined
  if (written.startsWith('/')) return path.posix.resolve(written)
  return workdir === undefined ? undefined : path.posix.resolve(workdir, written)
}

/** A path from the source's root, which `..` never leaves. */
export function belowRoot(written: string): string {
  return path.posix.resolve('/', written).slice(1)
}

/** The path below a folder, both absolute or both from the same root; undefined where it is not below, `''` where it is the folder itself. */
export function pathBelow(folder: string, file: string): string | undefined {
  if (file === folder) return ''
  const prefix = folder === '' || folder.endsWith('/') ? folder : `${folder}/`
  return file.startsWith(prefix) ? file.slice(prefix.length) : undefined
}
