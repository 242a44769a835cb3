import { spawnSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Result } from '../../../src/model/result.ts'
import { buildImage, type ImageBuildRequest } from '../../../src/sandbox/images/build/build-image.ts'
import { viewOf } from '../../../src/sandbox/images/build/image-view.ts'
import { ownNamespaces } from '../../../src/sandbox/images/build/run.ts'
import type { LayeredView, ViewedEntry } from '../../../src/sandbox/images/layered-view.ts'
import { openImageStore, type StoredImages } from '../../../src/sandbox/images/stored-images.ts'
import { exec } from '../../../src/util/exec.ts'

/** Some machines, and most containers, let nobody make a namespace with an overlay in it. */
export const canRun =
  spawnSync(
    'unshare',
    [
      ...ownNamespaces(),
      'sh',
      '-c',
      'd=$(mktemp -d) && mkdir $d/u $d/w $d/m && mount -t overlay -o userxattr,lowerdir=/etc,upperdir=$d/u,workdir=$d/w o $d/m; s=$?; umount $d/m; rm -rf $d; exit $s',
    ],
    { stdio: 'ignore' },
  ).status === 0

export interface BuilderRig extends AsyncDisposable {
  /** Holds the context `context`, the Dockerfile and the state. */
  readonly folder: string
  readonly store: StoredImages
  /** Writes into the context; `->` in front makes a link. */
  write(name: string, text: string): Promise<void>
  build(dockerfile: string, request?: Partial<ImageBuildRequest>): Promise<Built>
}

export interface Built {
  readonly result: Result<string>
  readonly lines: readonly string[]
  /** What is at a path of the image: a file's text, `-> target` or `folder` with its permissions; undefined for nothing. */
  at(imagePath: string): string | undefined
  /** What is below a folder of the image. */
  list(imagePath: string): readonly string[]
}

export async function openBuilderRig(files: Readonly<Record<string, string>> = {}): Promise<BuilderRig> {
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-builder-'))
  const context = path.join(folder, 'context')
  await mkdir(context)
  const store = openImageStore(path.join(folder, 'state'))
  const rig: BuilderRig = {
    folder,
    store,
    async write(name, text) {
      const file = path.join(context, name)
      await mkdir(path.dirname(file), { recursive: true })
      if (text.startsWith('->')) await symlink(text.slice(2), file)
      else await writeFile(file, text)
    },
    async build(text, request = {}) {
      const lines: string[] = []
      const result = await buildImage(
        { store, hostCommand: exec },
        {
          context,
          dockerfile: path.join(context, 'Dockerfile'),
          text,
          args: {},
          labels: {},
          ownBases: {},
          secrets: {},
          signal: new AbortController().signal,
          onLine: line => lines.push(line),
          ...request,
        },
      )
      const parts = result.ok ? store.partsOf(result.value) : undefined
      const view = parts && viewOf(parts, store)
      return {
        result,
        lines,
        at: imagePath => describe(view?.find(imagePath)),
        list: imagePath => (view ? listBelow(view, imagePath) : []),
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
  for (const [name, text] of Object.entries(files)) await rig.write(name, text)
  return rig
}

function describe(entry: ViewedEntry | undefined): string | undefined {
  if (!entry) return undefined
  if (entry.stats.isSymbolicLink()) return `-> ${readlinkSync(entry.file)}`
  if (entry.stats.isDirectory()) return `folder ${(entry.stats.mode & 0o7777).toString(8)}`
  return readFileSync(entry.file, 'utf8')
}

function listBelow(view: LayeredView, imagePath: string): readonly string[] {
  const folder = view.find(imagePath)
  if (!folder) return []
  return view
    .list(folder)
    .flatMap(entry => (entry.stats.isDirectory() ? listBelow(view, entry.path) : [entry.path]))
}
