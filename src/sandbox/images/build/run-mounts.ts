import { hash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Instruction } from '../../../dockerfile/instructions.ts'
import { ok, type Result } from '../../../model/result.ts'
import { quote } from '../../runtime/root.ts'
import { failAt, refuse, type Spot } from './refusal.ts'

/** What `RUN --mount` shows a command besides the image's files. */
export interface RunMount {
  /** In the image, absolute. */
  readonly target: string
  readonly isFile: boolean
  /** What it is of, as far as another content has to run the command again. */
  readonly key: string
  /** Shell commands that mount it. @param place the target's on the host; @param scratch an empty folder for its use. */
  script(place: string, scratch: string): string
  /** A cache that only one command may use at a time. */
  readonly lock?: string
}

export interface MountSources {
  /** Absolute: where caches are kept. */
  readonly cacheFolder: string
  /** The values of the build's secrets, by their ids. */
  readonly secrets: ReadonlyMap<string, string>
  /** A folder or file with what is at a path of the context (`from` absent), a stage or an image; read only. */
  readonly files: (from: string | undefined, source: string) => Promise<Result<SourceFiles>>
  readonly expand: (word: string) => string | undefined
  readonly workdir: string
  readonly spot: Spot
}

export interface SourceFiles {
  /** Absolute, on the host. */
  readonly path: string
  readonly isFile: boolean
  readonly digest: string
}

/** The mounts of a `RUN`, by its flags; the others are refused by name. */
export async function readMounts(
  { flags }: Instruction,
  sources: MountSources,
): Promise<Result<readonly RunMount[]>> {
  const mounts: RunMount[] = []
  for (const [name, value] of flags) {
    if (name === 'network' && ['default', 'host', 'none'].includes(value)) continue
    if (name !== 'mount') return refuse(sources.spot, `RUN --${name}=${value}`, 'Leave it out.')
    const mount = await readMount(value, sources)
    if (!mount.ok) return mount
    mounts.push(...mount.value)
  }
  return ok(mounts)
}

/** https://docs.docker.com/reference/dockerfile/#run---mount */
async function readMount(value: string, sources: MountSources): Promise<Result<readonly RunMount[]>> {
  const { spot, workdir, expand } = sources
  const options = new Map(
    value.split(',').map(option => {
      const [name = '', ...rest] = option.split('=')
      return [name.toLowerCase(), expand(rest.join('=')) ?? ''] as const
    }),
  )
  const option = (...names: string[]) =>
    names.map(name => options.get(name)).find(found => found !== undefined)
  const type = option('type') ?? 'bind'
  const known = knownOptions[type]
  const stranger = known && [...options.keys()].find(name => !known.includes(name))
  if (!known || stranger !== undefined)
    return refuse(
      spot,
      known ? `${stranger} of --mount=type=${type}` : `--mount=type=${type}`,
      'Leave it out.',
    )
  const written = option('target', 'dst', 'destination')
  if (written === undefined && type !== 'secret')
    return failAt(spot, `--mount=type=${type} needs a target`, 'Write target=/path.')
  const target = path.posix.resolve(workdir, written ?? '')
  switch (type) {
    case 'cache': {
      const id = option('id') ?? target
      const isShared = (option('sharing') ?? 'shared') === 'shared'
      return ok([cacheMount({ id, target, isShared, mode: option('mode') ?? '0755' }, sources.cacheFolder)])
    }
    case 'tmpfs':
      return ok([
        { target, isFile: false, key: 'tmpfs', script: place => `mount -t tmpfs tmpfs ${quote(place)}` },
      ])
    case 'secret':
      return secretMount(options, sources)
    default: {
      const files = await sources.files(option('from'), option('source', 'src') ?? '/')
      if (!files.ok) return files
      const { path: source, isFile, digest } = files.value
      const script = (place: string) =>
        `mount --bind ${quote(source)} ${quote(place)}\nmount -o remount,bind,ro ${quote(place)}`
      return ok([{ target, isFile, key: digest, script }])
    }
  }
}

/** `readwrite` of a bind, whose changes are thrown away, is what has no place here. */
const knownOptions: Readonly<Record<string, readonly string[]>> = {
  bind: ['type', 'target', 'dst', 'destination', 'source', 'src', 'from', 'ro', 'readonly'],
  cache: ['type', 'id', 'target', 'dst', 'destination', 'sharing', 'mode', 'uid', 'gid'],
  tmpfs: ['type', 'target', 'dst', 'destination', 'size'],
  secret: ['type', 'id', 'target', 'dst', 'destination', 'required', 'mode', 'uid', 'gid'],
}

function cacheMount(
  { id, target, isShared, mode }: { id: string; target: string; isShared: boolean; mode: string },
  cacheFolder: string,
): RunMount {
  const folder = path.join(cacheFolder, hash('sha256', id).slice(0, 16))
  mkdirSync(folder, { recursive: true })
  return {
    target,
    isFile: false,
    key: `cache ${id}`,
    script: place => `chmod ${quote(mode)} ${quote(folder)}\nmount --bind ${quote(folder)} ${quote(place)}`,
    ...(!isShared && { lock: id }),
  }
}

function secretMount(
  options: ReadonlyMap<string, string>,
  { spot, secrets }: MountSources,
): Result<readonly RunMount[]> {
  const target = options.get('target') ?? options.get('dst') ?? options.get('destination')
  const id = options.get('id') ?? path.posix.basename(target ?? '')
  const value = secrets.get(id)
  if (value === undefined) {
    const isRequired = options.has('required') && options.get('required') !== 'false'
    return isRequired
      ? failAt(spot, `the secret "${id}" is not given`, `Add it to the image's secrets in the Devfile.`)
      : ok([])
  }
  return ok([
    {
      target: target ?? `/run/secrets/${id}`,
      isFile: true,
      // As for Docker, another value is no reason to run the command again.
      key: `secret ${id}`,
      script(place, scratch) {
        const file = path.join(scratch, hash('sha256', id).slice(0, 16))
        writeFileSync(file, value, { mode: 0o400 })
        return `mount --bind ${quote(file)} ${quote(place)}`
      },
    },
  ])
}
