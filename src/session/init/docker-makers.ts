import { existsSync } from 'node:fs'
import path from 'node:path'
import { readStages } from '../../dockerfile/stages.ts'
import { type Maker, namesOf } from './maker.ts'
import type { Survey } from './survey.ts'
import { readWritten } from './text-file.ts'

/** Finds the Dockerfiles, and the folder that each is to be built in. */
export async function dockerMakers({ root, files }: Survey): Promise<readonly Maker[]> {
  const found = files.flatMap(file => readName(file) ?? [])
  // `Dockerfile.dev` beside a `Dockerfile` is another way to make the same image.
  const isVariant = ({ file, name }: Named) =>
    name !== undefined &&
    variants.test(name) &&
    found.some(
      other => other.name === undefined && path.posix.dirname(other.file) === path.posix.dirname(file),
    )
  const makers: Maker[] = []
  for (const named of found.filter(one => !isVariant(one))) {
    const folder = path.posix.dirname(named.file)
    const others = found.filter(one => path.posix.dirname(one.file) === folder && isVariant(one))
    makers.push(await makerOf(root, named, named.name === undefined ? others : []))
  }
  return makers
}

interface Named {
  readonly file: string
  /** What stands beside `Dockerfile` in its name. */
  readonly name?: string
}

const variants = /^(?:dev|development|debug|local|prod|production|release|test|tests|ci|build|base|alpine)$/i

function readName(file: string): Named | undefined {
  const base = path.posix.basename(file)
  if (/^(?:Dockerfile|Containerfile)$/.test(base)) return { file }
  const [, before, after] =
    /^(?:(.+)\.(?:Dockerfile|Containerfile)|(?:Dockerfile|Containerfile)[.-](.+))$/i.exec(base) ?? []
  const name = before ?? after
  return name === undefined || /\.?dockerignore$/.test(name) ? undefined : { file, name }
}

async function makerOf(root: string, { file, name }: Named, variantFiles: readonly Named[]): Promise<Maker> {
  const folder = path.posix.dirname(file)
  const context = await contextOf(root, file)
  const isUsual = file === path.posix.join(context, 'Dockerfile')
  const isOwnName = name !== undefined && !variants.test(name)
  const list = new Intl.ListFormat('en').format(variantFiles.map(one => one.file))
  return {
    file,
    folder: isOwnName ? file : folder,
    names: [...(isOwnName ? [name] : []), ...namesOf(root, folder)],
    recipe: { builder: 'docker', options: { context, ...(!isUsual && { dockerfile: file }) } },
    ...(variantFiles.length > 0 && {
      doubt: `There is also ${list}: name it with dockerfile if it is meant.`,
    }),
  }
}

/** The nearest folder, from the Dockerfile's own up to the root, that has the most of what is copied from the context. */
async function contextOf(root: string, file: string): Promise<string> {
  const text = (await readWritten(path.join(root, file))) ?? ''
  const copied = readStages(text, {})
    .flatMap(({ steps }) => steps)
    .flatMap(step => (step.kind === 'copy' && step.from.kind === 'context' ? (step.sources ?? []) : []))
    .filter(({ path: source, segments }) => source !== '' && !segments)
  const own = path.posix.dirname(file)
  let best = { folder: own, found: -1 }
  for (let folder = own; ; folder = path.posix.dirname(folder)) {
    const found = copied.filter(source => existsSync(path.join(root, folder, source.path))).length
    if (found > best.found) best = { folder, found }
    if (folder === '.') return best.folder
  }
}
