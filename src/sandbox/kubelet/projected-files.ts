import { renameSync, rmSync, symlinkSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** A file of a volume whose content comes from the API. */
export interface ProjectedFile {
  /** Relative; folders are made. */
  readonly path: string
  readonly content: Buffer
  /** Permissions. */
  readonly mode: number
}

const dataLink = '..data'

/**
 * Brings a folder to these files in one step, so that nobody ever sees half of a change: the files are in a folder of their
 * own, `..data` is a link to it, and the names that one sees are links into that. Who watches the folder as Kubernetes'
 * users do sees `..data` replaced.
 *
 * @param group that may read them, whatever their permissions are
 * @throws the file system's error
 */
export async function writeProjectedFiles(
  folder: string,
  files: readonly ProjectedFile[],
  group?: number,
): Promise<void> {
  const link = path.join(folder, dataLink)
  const current = await readlink(link).catch(() => undefined)
  if (current !== undefined && (await holds(path.join(folder, current), files))) return

  const next = `..${new Date().toISOString().replace(/[-:T]/g, '_').replace('Z', '')}${process.hrtime.bigint() % 1_000_000n}`
  await mkdir(path.join(folder, next), { recursive: true, mode: 0o755 })
  for (const { path: name, content, mode } of files) {
    const file = path.join(folder, next, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, content)
    // The mode that it is made with would be less what the umask takes away.
    await giveToGroup(file, group)
    await chmod(file, group === undefined ? mode : mode | 0o440)
  }
  const newLink = `${link}_tmp`
  await rm(newLink, { force: true })
  await symlink(next, newLink)

  const wanted = new Set(files.map(({ path: name }) => name.split('/')[0] ?? name))
  const there = (await readdir(folder)).filter(name => !name.startsWith('..'))
  // Without a pause between them: names that come and go belong to the change.
  renameSync(newLink, link)
  for (const name of wanted)
    if (!there.includes(name)) symlinkSync(path.join(dataLink, name), path.join(folder, name))
  for (const name of there) if (!wanted.has(name)) rmSync(path.join(folder, name), { force: true })
  if (current !== undefined) await rm(path.join(folder, current), { recursive: true, force: true })
}

/** Where the sandbox has one user only, everything is that one's and no group makes a difference. */
export async function giveToGroup(file: string, group: number | undefined): Promise<void> {
  if (group === undefined) return
  await chown(file, process.getuid?.() ?? 0, group).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EINVAL' && error.code !== 'EPERM') throw error
  })
}

async function holds(folder: string, files: readonly ProjectedFile[]): Promise<boolean> {
  const there = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  if (there.filter(entry => entry.isFile()).length !== files.length) return false
  const same = await Promise.all(
    files.map(async ({ path: name, content }) => {
      const read = await readFile(path.join(folder, name)).catch(() => undefined)
      return read?.equals(content) ?? false
    }),
  )
  return !same.includes(false)
}
