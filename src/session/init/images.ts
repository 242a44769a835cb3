import path from 'node:path'
import { faultOfImageName } from '../../config/names.ts'
import { normalizeImageName, parseImageReference } from '../../model/image.ts'
import { type ComposeService, composeNames } from './compose.ts'
import type { DraftImage, Remark } from './draft.ts'
import type { Maker } from './maker.ts'
import { printRecipe } from './print.ts'

export interface MatchRequest {
  /** References as the manifests write them. */
  readonly references: readonly string[]
  readonly makers: readonly Maker[]
  readonly compose: readonly ComposeService[]
  /** The project's name. */
  readonly project: string
}

export interface MatchedImages {
  readonly images: readonly DraftImage[]
  readonly remarks: readonly Remark[]
}

/** Finds out what makes the images that the manifests name: by the compose file, by names, or because only one is left. */
export function matchImages({ references, makers, compose, project }: MatchRequest): MatchedImages {
  const candidates = withCompose(makers, compose)
  const wanted = new Map<string, string>()
  for (const reference of references) {
    const { name } = parseImageReference(reference)
    // What is no name of an image is for the cluster to complain of.
    if (faultOfImageName(name)) continue
    if (!wanted.has(normalizeImageName(name))) wanted.set(normalizeImageName(name), name)
  }
  const images: DraftImage[] = []
  const used = new Set<Candidate>()
  const steps = [byReference, byName, byEndOfName(project), theOnlyOne]
  for (const step of steps) {
    for (const [key, ref] of wanted) {
      const free = candidates.filter(candidate => !used.has(candidate))
      const left = [...wanted.values()]
      const [match, ...others] = step({ ref, key, left, free })
      if (!match) continue
      images.push(imageOf(ref, match, others))
      for (const one of [match, ...others]) used.add(one.candidate)
      wanted.delete(key)
    }
  }
  const written = references.map(reference => normalizeImageName(parseImageReference(reference).name))
  const unused = candidates.filter(candidate => !used.has(candidate))
  return {
    images: images.toSorted((a, b) => position(a) - position(b)),
    remarks: [
      ...references.filter(hasVariable).map(variableRemark),
      ...unused.map(candidate => unusedRemark(candidate, project)),
    ],
  }

  function position({ ref }: DraftImage): number {
    return written.indexOf(normalizeImageName(ref))
  }
}

interface Candidate extends Maker {
  /** What the compose file calls the image, normalized. */
  readonly key?: string
}

/** What the compose file says of a Dockerfile stands above what was guessed. */
function withCompose(makers: readonly Maker[], compose: readonly ComposeService[]): readonly Candidate[] {
  const built = new Map<string, Candidate>()
  for (const { name, file, image, build } of compose) {
    if (!build) continue
    const key = image && normalizeImageName(parseImageReference(image).name)
    // Several services may run what is built once.
    const identity = JSON.stringify([build, key])
    const folder = String(build.options.context)
    const names = [...(built.get(identity)?.names ?? []), name]
    built.set(identity, { file, folder, names, recipe: build, ...(key !== undefined && { key }) })
  }
  const known = new Set([...built.values()].map(dockerfileOf))
  return [...built.values(), ...makers.filter(maker => !known.has(dockerfileOf(maker) ?? maker.file))]
}

/** Relative to the root; undefined where there is none. */
function dockerfileOf({ recipe: { builder, options } }: Maker): string | undefined {
  if (builder !== 'docker') return undefined
  return String(options.dockerfile ?? path.posix.join(String(options.context), 'Dockerfile'))
}

interface Question {
  readonly ref: string
  readonly key: string
  /** All references that nothing was found for yet. */
  readonly left: readonly string[]
  readonly free: readonly Candidate[]
}

interface Match {
  readonly candidate: Candidate
  readonly reason: string
}

type Step = (question: Question) => readonly Match[]

const byReference: Step = ({ key, free }) =>
  free
    .filter(candidate => candidate.key === key)
    .map(candidate => ({ candidate, reason: `${candidate.file} says so` }))

const byName: Step = ({ ref, free }) =>
  free
    .filter(({ names }) => names.some(name => name.toLowerCase() === lastPart(ref)))
    .map(candidate => ({ candidate, reason: `${whatHas(candidate)} the same name` }))

function whatHas({ file }: Candidate): string {
  return composeNames.has(path.posix.basename(file)) ? `${file} builds a service of` : `${file} is of`
}

/** `shop-web` and `web`, whichever of the two is longer. */
function byEndOfName(project: string): Step {
  return ({ ref, free }) => {
    const last = lastPart(ref)
    const isNear = (name: string) =>
      name !== project && (last.endsWith(`-${name}`) || name.endsWith(`-${last}`))
    const near = free.filter(({ names }) => names.some(name => isNear(name.toLowerCase())))
    return near.length === 1
      ? near.map(candidate => ({ candidate, reason: `${whatHas(candidate)} a similar name` }))
      : []
  }
}

const theOnlyOne: Step = ({ ref, left, free }) => {
  const own = left.filter(name => !isPublic(name))
  const [candidate, ...more] = free
  if (!candidate || more.length > 0 || own.length !== 1 || own[0] !== ref) return []
  return [{ candidate, reason: `${candidate.file} is the only one left` }]
}

/** Images that many stacks take from a registry. */
const publicImages =
  /^(?:docker\.io\/)?(?:library\/)?(?:redis|valkey|postgres|mysql|mariadb|mongo|nginx|httpd|caddy|haproxy|traefik|rabbitmq|nats|memcached|elasticsearch|kibana|influxdb|busybox|alpine|debian|ubuntu|python|node|golang|minio|vault|consul|zookeeper|adminer)$|^(?:docker\.io\/)?(?:bitnami|grafana|prom|confluentinc|hashicorp|minio|mailhog|axllent|dpage|otel|jaegertracing)\/|^(?:quay\.io|registry\.k8s\.io|k8s\.gcr\.io|gcr\.io\/google|mcr\.microsoft\.com|docker\.elastic\.co|public\.ecr\.aws)\//

function isPublic(ref: string): boolean {
  return publicImages.test(ref)
}

function imageOf(ref: string, { candidate, reason }: Match, others: readonly Match[]): DraftImage {
  const more = new Intl.ListFormat('en').format(others.map(other => other.candidate.file))
  const doubt = others.length > 0 ? `It could be ${more} as well.` : candidate.doubt
  return { ref, recipe: candidate.recipe, reason, ...(doubt !== undefined && { doubt }) }
}

function unusedRemark(candidate: Candidate, project: string): Remark {
  const { file, names, recipe } = candidate
  const name = names[0]?.toLowerCase() ?? 'app'
  const ref = name === project ? name : `${project}/${name}`
  return {
    text: `${dockerfileOf(candidate) ?? file}: no manifest names an image that it makes${recipe.builder === 'docker' ? '' : ` (${recipe.builder})`}.`,
    cure: `If one should: write \`image: ${ref}\` in it, and '${ref}': ${printRecipe(recipe)} to images.`,
  }
}

/** Of a reference that something has to fill in first nobody knows what it names. */
function hasVariable(reference: string): boolean {
  return /[${}]/.test(reference)
}

function variableRemark(reference: string): Remark {
  return {
    text: `The image ${reference} has a variable in its name, which nothing fills in.`,
    cure: 'Write a plain name into the manifest, without a tag: devloop puts the built one in its place.',
  }
}

function lastPart(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1).toLowerCase()
}
