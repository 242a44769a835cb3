import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { KubeApi, PodExec } from '../../../src/model/kube-api.ts'

/**
 * What a folder holds: for each relative path of a file its checksum and whether it can be executed, of a link its
 * destination. Folders show by what is in them; an empty one is no difference, since nobody can sync or build one.
 */
export type Tree = ReadonlyMap<string, string>

export async function readHostTree(folder: string): Promise<Tree> {
  const tree = new Map<string, string>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name)
    const name = path.relative(folder, file)
    if (entry.isSymbolicLink()) tree.set(name, `link ${await readlink(file)}`)
    if (!entry.isFile()) continue
    const isExecutable = ((await lstat(file)).mode & 0o100) !== 0
    const checksum = createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
    tree.set(name, `${isExecutable ? 'program' : 'file'} ${checksum}`)
  }
  return tree
}

/** The same of a container. Undefined where that is about to end, or has not begun yet. */
export async function readContainerTree(
  api: Pick<KubeApi, 'execPod'>,
  container: Omit<PodExec, 'command'>,
  folder: string,
): Promise<Tree | undefined> {
  const started = await api.execPod({ ...container, command: ['sh', '-c', script, 'read', folder] })
  if (!started.ok) return undefined
  const { streams, ended } = started.value
  const [output, end] = await Promise.all([buffer(streams).catch(() => undefined), ended])
  if (!output || end.kind !== 'exited' || end.code !== 0) return undefined
  const words = output.toString('utf8').split('\0')
  const tree = new Map<string, string>()
  for (let at = 0; at + 2 < words.length; at += 3) {
    const [kind = '', name = '', value = ''] = words.slice(at, at + 3)
    tree.set(name.slice('./'.length), `${kind} ${kind === 'link' ? value.slice(0, -1) : value.slice(0, 64)}`)
  }
  return tree
}

/** A NUL ends each word; the `/` keeps the newlines at the end of a destination. */
const script = `
cd "$1" || exit 1
find . -type l -exec sh -c '
  for file; do printf "link\\0%s\\0%s\\0" "$file" "$(readlink -n "$file"; printf /)"; done' read {} + || exit 1
find . -type f -exec sh -c '
  for file; do
    kind=file
    [ ! -x "$file" ] || kind=program
    printf "%s\\0%s\\0%s\\0" "$kind" "$file" "$(sha256sum <"$file")"
  done' read {} +
`

/** A line for each path that is not the same in both: the path, what the host holds, what the container holds. */
export function differences(host: Tree, container: Tree): readonly string[] {
  const paths = [...new Set([...host.keys(), ...container.keys()])].sort()
  return paths.flatMap(name => {
    const [wanted = 'nothing', found = 'nothing'] = [host.get(name), container.get(name)]
    return wanted === found ? [] : [[name, wanted, found].map(one => JSON.stringify(one)).join(' ')]
  })
}
