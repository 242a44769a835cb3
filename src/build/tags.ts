import { createHash } from 'node:crypto'

/** What one of devloop's tags stands for; whatever else begins with `devloop` is the user's own. */
export type OwnTag =
  /** The content: manifests name it. */
  | { readonly kind: 'content' }
  /** The name under which a command of the user's leaves its image. */
  | { readonly kind: 'left-by-command' }
  /** The inputs that it was made from, in one project. */
  | { readonly kind: 'inputs'; readonly project: string }

/** @param id what the engine calls the image by: `sha256:…`. */
export function contentTag(id: string): string {
  const digest = /^sha256:([0-9a-f]{64})$/.exec(id)?.[1] ?? createHash('sha256').update(id).digest('hex')
  return `devloop-${digest.slice(0, 16)}`
}

/**
 * The project is part of it, so that of two projects with an image of the same name neither takes the other's for its
 * own. With the longest name of a project it is shorter than the 128 characters that a tag may have.
 *
 * @param fingerprint 16 hexadecimal digits.
 */
export function inputsTag(fingerprint: string, project: string): string {
  return `devloop-inputs-${fingerprint}-${project}`
}

export function parseOwnTag(tag: string): OwnTag | undefined {
  if (tag === 'devloop') return { kind: 'left-by-command' }
  if (/^devloop-[0-9a-f]{16}$/.test(tag)) return { kind: 'content' }
  const project = /^devloop-inputs-[0-9a-f]{16}-(.+)$/.exec(tag)?.[1]
  return project === undefined ? undefined : { kind: 'inputs', project }
}
