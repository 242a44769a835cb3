import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import type { InputSet } from '../../model/files.ts'
import type { Project } from '../../model/project.ts'
import { countWatchedFolders } from '../../watch/count.ts'
import { createBuilder } from '../builders.ts'
import { openEngine } from '../image-engine.ts'
import { imageInput, manifestInput } from '../inputs.ts'
import { type Finding, good, notice } from './finding.ts'

export interface WatchedProject {
  readonly project: Project
  /** The Devfile and what it imports. */
  readonly devfiles: readonly string[]
}

/**
 * Whether Linux allows as many file watches as the project needs, besides those that the user's programs have. A watch is a
 * folder's; an instance is a process's.
 *
 * @param isUp whether a `devloop up` of the project runs: what it needs is in use already.
 */
export async function examineInotify(
  { project, devfiles }: WatchedProject,
  { isUp, signal }: { isUp: boolean; signal: AbortSignal },
): Promise<readonly Finding[]> {
  const [watches, instances] = await Promise.all(['max_user_watches', 'max_user_instances'].map(readLimit))
  // Another system's watches have no such limits.
  if (watches === undefined || instances === undefined) return []
  const [needed, used] = await Promise.all([
    countWatchedFolders(await inputSets(project, devfiles), signal),
    countUsed(signal),
  ])
  const findings = [
    judge('max_user_watches', { needed: isUp ? 0 : needed, used: used.watches, limit: watches }),
    judge('max_user_instances', { needed: isUp ? 0 : 1, used: used.instances, limit: instances }),
  ].filter(finding => finding !== undefined)
  if (findings.length > 0) return findings
  const room = `${number(needed)} folders to watch; ${number(used.watches)} of ${number(watches)} watches are in use, and ${number(used.instances)} of ${number(instances)} instances`
  return [good('watches', room)]
}

interface Budget {
  readonly needed: number
  readonly used: number
  readonly limit: number
}

/** The share of a limit that other programs, which come and go, should find free. */
const spare = 0.1

/** What is wrong with one limit; undefined where nothing is. */
function judge(name: string, { needed, used, limit }: Budget): Finding | undefined {
  const isTooLow = used + needed > limit
  if (!isTooLow && used + needed <= limit * (1 - spare)) return undefined
  const text = `fs.inotify.${name} is ${number(limit)}; your programs use ${number(used)} of them${needed > 0 ? `, and devloop needs ${number(needed)}` : ''}`
  const higher = Math.max(limit * 2, name === 'max_user_watches' ? 524_288 : 512)
  const cure = `sudo sysctl fs.inotify.${name}=${higher}; to keep it, write fs.inotify.${name}=${higher} into /etc/sysctl.d/60-inotify.conf.`
  return isTooLow ? { topic: 'watches', state: 'wrong', text, cure } : notice('watches', text, cure)
}

/** All that `devloop up` watches. */
async function inputSets(
  { images, services }: Project,
  devfiles: readonly string[],
): Promise<readonly InputSet[]> {
  // Asked for what images are made from only, which needs no engine.
  const engine = openEngine({ kind: 'docker', env: {} })
  const read = await Promise.all(
    images.map(async ({ ref, builder }) => {
      const inputs = await createBuilder(builder, engine).inputs()
      return inputs.ok ? [imageInput(ref, inputs.value)] : []
    }),
  )
  return [{ id: 'devfile', roots: devfiles }, ...services.map(manifestInput), ...read.flat()]
}

async function readLimit(name: string): Promise<number | undefined> {
  const text = await readFile(`/proc/sys/fs/inotify/${name}`, 'utf8').catch(() => '')
  return text === '' ? undefined : Number(text)
}

/** What the processes of this user have: the limits are a user's. */
async function countUsed(signal: AbortSignal): Promise<{ watches: number; instances: number }> {
  const own = process.getuid?.()
  let watches = 0
  let instances = 0
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (signal.aborted) break
    if (!/^\d+$/.test(pid) || (await ownerOf(`/proc/${pid}`)) !== own) continue
    for (const descriptor of await inotifyDescriptors(pid)) {
      const said = await readFile(`/proc/${pid}/fdinfo/${descriptor}`, 'utf8').catch(() => '')
      instances++
      watches += said.split('\n').filter(line => line.startsWith('inotify ')).length
    }
  }
  return { watches, instances }
}

async function inotifyDescriptors(pid: string): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`
  const descriptors = await readdir(folder).catch(() => [])
  const links = await Promise.all(descriptors.map(one => readlink(`${folder}/${one}`).catch(() => '')))
  return descriptors.filter((_, index) => links[index] === 'anon_inode:inotify')
}

async function ownerOf(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined)
  return found?.uid
}

function number(value: number): string {
  return value.toLocaleString('en')
}
