import type { BuildInputs } from '../build/builder.ts'
import { manifestInputs } from '../deploy/manifests.ts'
import type { InputSet } from '../model/files.ts'
import type { Service } from '../model/project.ts'

/** The files of a service's manifests. */
export function manifestInput({ name, manifests }: Pick<Service, 'name' | 'manifests'>): InputSet {
  return { id: `service:${name}`, ...manifestInputs(manifests) }
}

/** The files that an image is made from. */
export function imageInput(ref: string, { roots, ignores }: BuildInputs): InputSet {
  return { id: `image:${ref}`, roots, ...(ignores && { ignores }) }
}
