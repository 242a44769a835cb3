import { imageUse } from '../deploy/image-use.ts'
import { readManifests } from '../deploy/manifests.ts'
import type { Consequence } from '../model/consequence.ts'
import type { InputSet } from '../model/files.ts'
import { normalizeImageName } from '../model/image.ts'
import type { KubeObject } from '../model/kube.ts'
import type { Project } from '../model/project.ts'
import { createMembership } from '../watch/membership.ts'
import { createBuilder } from './builders.ts'
import { openDecider } from './decider.ts'
import { openEngine } from './image-engine.ts'
import { manifestInput } from './inputs.ts'

export interface ExplainRequest {
  readonly project: Project
  readonly devfiles: readonly string[]
  /** Absolute. */
  readonly file: string
}

/** Says of every part of the project that reads a file what happens when it changes; nothing of the others. */
export async function explainFile({
  project,
  devfiles,
  file,
}: ExplainRequest): Promise<readonly Consequence[]> {
  // Asked for what images are made from only, which needs no engine.
  const engine = openEngine({ kind: 'docker', env: {} })
  const found: Consequence[] = []
  if (devfiles.includes(file))
    found.push({
      subject: 'Devfile',
      action: 'reload',
      reasons: ['It is the Devfile, or a file that the Devfile imports'],
    })
  const objects: KubeObject[] = []
  for (const { name, manifests } of project.services) {
    const read = await readManifests(manifests)
    if (read.ok) objects.push(...read.value.map(({ object }) => object))
    const reads = isMember(manifestInput({ name, manifests }), file)
    if (reads)
      found.push({ subject: `service ${name}`, action: 'apply', reasons: [`It is a manifest of ${name}`] })
  }
  for (const image of project.images) {
    const imageBuilder = createBuilder(image.builder, engine)
    const inputs = await imageBuilder.inputs()
    const { ref, builder } = image
    const roots = inputs.ok ? inputs.value.roots : builder.kind === 'docker' ? [builder.context] : []
    // What a Dockerfile's ignore file leaves out is explained, too; other builders have nothing to say of what they leave out.
    const ignores = builder.kind !== 'docker' && inputs.ok ? inputs.value.ignores : undefined
    if (!isMember({ id: `image:${ref}`, roots, ...(ignores && { ignores }) }, file)) continue
    const use = imageUse(objects, normalizeImageName(ref))
    const decider = await openDecider(image, use, await imageBuilder.live?.())
    found.push({
      subject: `image ${ref}`,
      action: decider.decide(file).kind,
      reasons: decider.explain(file),
    })
  }
  return found
}

function isMember(input: InputSet, file: string): boolean {
  return createMembership([input]).inputsOf(file).length > 0
}
