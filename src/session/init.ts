import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { findDevfile } from '../config/find.ts'
import { toLabel } from '../config/names.ts'
import type { Failure } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { readCompose } from './init/compose.ts'
import type { Draft, Remark } from './init/draft.ts'
import { withoutDuplicates } from './init/duplicates.ts'
import { groupManifests } from './init/groups.ts'
import { matchImages } from './init/images.ts'
import { findMakers } from './init/makers.ts'
import { findManifests } from './init/manifest-files.ts'
import { imagesOf } from './init/objects.ts'
import { printDevfile } from './init/print.ts'
import { draftServices, missingManifests } from './init/services.ts'
import { survey } from './init/survey.ts'

export type { DraftImage, DraftService, Remark } from './init/draft.ts'
export { printRecipe } from './init/print.ts'

export interface DraftOptions {
  readonly signal: AbortSignal
  /** What is looked at from now on. */
  readonly onStep: (step: string) => void
}

export interface DraftedProject {
  readonly draft: Draft
  /** How many files were looked at. */
  readonly fileCount: number
}

/**
 * Finds out how a project is built and run, from its Dockerfiles, build files, manifests and compose files.
 *
 * @param root the folder in which the Devfile is to be, absolute.
 */
export async function draftProject(root: string, { signal, onStep }: DraftOptions): Promise<DraftedProject> {
  onStep('looking for files')
  const found = await survey(root, signal)
  onStep(`reading what ${found.files.length} files say`)
  const name = toLabel(path.basename(root)) ?? 'app'
  const [makers, compose, manifests] = await Promise.all([
    findMakers(found),
    readCompose(found),
    findManifests(found),
  ])
  const { services } = compose
  const single = withoutDuplicates(manifests.files)
  const groups = groupManifests(single.files, name)
  const references = [...new Set(groups.flatMap(({ workloads }) => workloads.flatMap(imagesOf)))]
  const { images, remarks } = matchImages({ references, makers, compose: services, project: name })
  return {
    fileCount: found.files.length,
    draft: {
      name,
      images,
      services: draftServices({ root, groups, images, compose: services }),
      remarks: [
        ...missingManifests(groups, services),
        ...remarks,
        ...manifests.remarks,
        ...single.remarks,
        ...compose.remarks,
        ...devfileAbove(root),
        ...(found.isPartial ? [tooMuch] : []),
      ],
    },
  }
}

/** Why there is nothing to write: a Devfile that is there stays as it is. */
export function existingDevfile(root: string): Failure | undefined {
  const found = findDevfile(root, root)
  return found.ok ? alreadyThere(found.value) : undefined
}

/** Writes the Devfile, and gives its path. */
export async function writeDevfile(root: string, draft: Draft): Promise<Result<string>> {
  const file = path.join(root, 'Devfile.ts')
  try {
    await writeFile(file, printDevfile(draft), { flag: 'wx' })
    return ok(file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return fail(alreadyThere(file))
    return fail({
      code: 'config/not-written',
      message: 'The Devfile cannot be written.',
      at: { file },
      why: message,
      cure: 'Make the folder one that you may write to.',
    })
  }
}

function alreadyThere(file: string): Failure {
  return {
    code: 'config/not-written',
    message: 'There is a Devfile already, which devloop init leaves as it is.',
    at: { file },
    cure: 'Start it with devloop up. To have another one written, move this one away.',
  }
}

/** The nearest Devfile counts, so a new one can hide another. */
function devfileAbove(root: string): readonly Remark[] {
  const found = findDevfile(root)
  if (!found.ok) return []
  return [
    {
      text: `${path.relative(root, found.value)} is what devloop takes here as long as there is no nearer one.`,
      cure: 'If this folder is a part of that project, write what is missing to that Devfile, and remove the new one.',
    },
  ]
}

const tooMuch: Remark = {
  text: 'There are more files and folders than devloop init looks at; some were passed over.',
  cure: 'Start it in the folder of one project, or name in .gitignore what is not its own.',
}
