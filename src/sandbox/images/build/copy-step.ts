import { hash, randomUUID } from 'node:crypto'
import path from 'node:path'
import { expandWord } from '../../../dockerfile/expand.ts'
import { type Heredoc, type Instruction, readJsonForm } from '../../../dockerfile/instructions.ts'
import { ok, type Result } from '../../../model/result.ts'
import type { LayerEntry } from '../layer.ts'
import { type ImageParts, type StoredImages, withLayer } from '../stored-images.ts'
import { sortOut, unpack } from './archives.ts'
import { unknownVariable } from './configure.ts'
import { type CopySource, copyEntries, newFolder, type Owner } from './copy.ts'
import { sourceOf } from './copy-source.ts'
import { makeLayer } from './make-layer.ts'
import { failAt, refuse, type Spot, syntaxFailure } from './refusal.ts'
import type { StageState, StepResult, Surroundings } from './stage.ts'
import { findUser } from './users.ts'

/** `COPY` and `ADD`. */
export async function copyStep(
  instruction: Instruction,
  state: StageState,
  surroundings: Surroundings,
): Promise<Result<StepResult>> {
  const { spot, variables, image, view } = state
  const { store, plan } = surroundings
  const { flags, body, keyword, heredocs } = instruction
  const stranger = flags.find(([name]) => !knownFlags.has(name))
  if (stranger) return refuse(spot, `${keyword} --${stranger[0]}`, 'Leave it out.')
  const expand = (word: string) => variables.expand(word, plan.escapeCharacter)
  const written = [...(readJsonForm(body) ?? body.split(/\s+/))].map(expand)
  if (!written.every(word => word !== undefined)) return unknownVariable(spot)
  const destination = written.pop() ?? ''
  if (written.length === 0) return syntaxFailure(spot, `${keyword} requires at least two arguments`)
  const paths = written.filter(word => !word.startsWith('<<'))
  const remote = paths.find(word => /^(?:[a-z]+:\/\/|git@)/.test(word))
  if (remote !== undefined)
    return refuse(spot, 'ADD of a URL', `Fetch it with RUN (curl, wget, git): ${remote}.`)
  const flag = (name: string) => flags.find(([own]) => own === name)?.[1]
  const owner = ownerOf(flag('chown'), expand, state)
  if (!owner.ok) return owner
  const mode = modeOf(flag('chmod'), spot)
  if (!mode.ok) return mode
  const source = await sourceOf(flag('from'), state, surroundings)
  if (!source.ok) return source
  if (paths.some(file => source.value.systemFolders?.has(path.posix.resolve('/', file))))
    return refuse(spot, `a copy of all of ${source.value.description}`, 'Name the files that are needed.')
  await using scratch = await store.layers.scratch()
  const options = {
    spot,
    image: view,
    destination: absolute(image.config.workingDir, destination),
    ...(owner.value && { owner: owner.value }),
    ...(mode.value !== undefined && { mode: mode.value }),
    texts: heredocs.map(heredoc => textEntry(heredoc, variables.lookup, plan.escapeCharacter)),
  }
  const entries = async () => {
    const { archives, plain } =
      keyword === 'ADD'
        ? await sortOut(paths, source.value, surroundings.request.signal)
        : { archives: [], plain: paths }
    const copied = await copyEntries({ ...options, source: source.value, paths: plain })
    if (!copied.ok || archives.length === 0) return copied
    const folder = path.join(scratch.path, randomUUID())
    const unpacked = await unpack(archives, folder, options, surroundings.request.signal)
    if (!unpacked.ok) return unpacked
    return ok([...new Map([...copied.value, ...unpacked.value].map(entry => [entry.path, entry])).values()])
  }
  // What is unpacked goes when this function ends.
  return await addLayer(entries, { image, store, spot })
}

/** The folder is made where the image has none: it belongs to whom `USER` names. */
export async function workdirStep(
  { body }: Instruction,
  { spot, variables, image, view }: StageState,
  { store, plan }: Surroundings,
): Promise<Result<StepResult>> {
  const written = variables.expand(body, plan.escapeCharacter)
  if (written === undefined) return unknownVariable(spot)
  const workingDir = path.posix.resolve(image.config.workingDir ?? '/', written)
  const next: ImageParts = { ...image, config: { ...image.config, workingDir } }
  if (view.find(workingDir)?.stats.isDirectory()) return ok({ image: next, isCached: true })
  const user = image.config.user === undefined ? undefined : findUser(image.config.user, view)
  const owner = user === undefined || 'unknown' in user ? undefined : { user: user.user, group: user.group }
  const target = view.resolve(workingDir)
  const options = {
    spot,
    image: view,
    source: emptySource,
    paths: [],
    texts: [newFolder(target.slice(1), owner)],
    destination: target,
  }
  return addLayer(() => copyEntries(options), { image: next, store, spot })
}

const knownFlags = new Set(['chown', 'chmod', 'from', 'link'])

const emptySource: CopySource = { description: 'nothing', find: () => undefined, list: () => [] }

async function addLayer(
  entriesNow: () => Promise<Result<readonly LayerEntry[]>>,
  { image, store, spot }: { image: ImageParts; store: StoredImages; spot: Spot },
): Promise<Result<StepResult>> {
  const made = await makeLayer(entriesNow, store.layers, spot)
  if (!made.ok) return made
  if (!made.value) return ok({ image, isCached: true })
  const { layer, isKnown } = made.value
  return ok({ image: withLayer(image, layer.digest), isCached: isKnown })
}

function absolute(workdir: string | undefined, written: string): string {
  const resolved = path.posix.resolve(workdir ?? '/', written)
  return /(?:^|\/)\.?$/.test(written) && resolved !== '/' ? `${resolved}/` : resolved
}

function ownerOf(
  written: string | undefined,
  expand: (word: string) => string | undefined,
  { view, spot }: StageState,
): Result<Owner | undefined> {
  if (written === undefined) return ok(undefined)
  const chown = expand(written)
  if (chown === undefined) return unknownVariable(spot)
  const found = findUser(chown, view)
  if ('unknown' in found)
    return failAt(spot, `the image does not know ${found.unknown}`, 'Make it with RUN, or write its number.')
  // A number alone stands for both; a name for the user's own group.
  const isNumber = /^\d+$/.test(chown)
  return ok({ user: found.user, group: isNumber ? found.user : found.group })
}

function modeOf(written: string | undefined, spot: Spot): Result<number | undefined> {
  if (written === undefined) return ok(undefined)
  if (/^[0-7]{3,4}$/.test(written)) return ok(Number.parseInt(written, 8))
  return refuse(spot, `--chmod=${written}`, 'Write the permissions as octal digits: --chmod=755.')
}

function textEntry(
  { name, content, isExpanded }: Heredoc,
  lookup: (name: string) => string | undefined,
  escapeCharacter: string,
): LayerEntry {
  const text = isExpanded ? fillIn(content, lookup, escapeCharacter) : content
  return {
    path: name,
    kind: 'file',
    mode: 0o644,
    user: 0,
    group: 0,
    content: hash('sha256', text, 'base64'),
    source: Buffer.from(text),
  }
}

/** Quotes are text like any other there. */
function fillIn(
  content: string,
  lookup: (name: string) => string | undefined,
  escapeCharacter: string,
): string {
  return content.replace(/\\\$|\$(?:\w+|\{[^}]*\})/g, reference =>
    reference.startsWith('\\') ? '$' : (expandWord(reference, lookup, escapeCharacter, '') ?? reference),
  )
}
