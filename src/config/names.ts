import { parseImageReference } from '../model/image.ts'

/** Characters in an RFC 1123 label, and so in the value of a Kubernetes label. */
const maxLabelLength = 63
/** The limit of the OCI distribution specification for registry and repository together. */
const maxImageNameLength = 255

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const registry = /^(\[[0-9a-fA-F:]+\]|[a-zA-Z0-9]+([.-][a-zA-Z0-9]+)*)(:\d+)?$/
const pathComponent = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/

/** Whether Kubernetes takes the text as a name and as a label's value: an RFC 1123 label. */
export function isLabel(text: string): boolean {
  return text.length <= maxLabelLength && label.test(text)
}

/** The nearest label to any text; `undefined` where nothing of it can be kept. */
export function toLabel(text: string): string | undefined {
  const kept = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxLabelLength)
    .replace(/^-+|-+$/g, '')
  return kept === '' ? undefined : kept
}

/** What is wrong with an image's name as a key of `images`; `undefined` where nothing is. */
export function faultOfImageName(ref: string): { message: string; cure: string } | undefined {
  const { name, tag, digest } = parseImageReference(ref)
  if (tag !== undefined || digest !== undefined) {
    return {
      message: `The image '${ref}' has a ${digest === undefined ? 'tag' : 'digest'}: devloop tags each build by its content, and puts that tag into the manifests.`,
      cure: `Write '${name}'.`,
    }
  }
  if (isImageName(name)) return undefined
  const lowerCase = name.toLowerCase()
  return {
    message: `'${ref}' cannot be the name of an image.`,
    cure:
      lowerCase !== name && isImageName(lowerCase)
        ? `Write it in lower case: '${lowerCase}'.`
        : "Write lower-case letters, digits and single . _ - between them, with / between the parts, as in 'shop/web'.",
  }
}

/** A registry as image names begin with it: host, maybe a port, maybe a path. */
export function isRegistryHost(text: string): boolean {
  const [first = '', ...path] = text.split('/')
  // Without a dot or a port it would be taken for a name on Docker Hub.
  const isHost = first === 'localhost' || /[.:]/.test(first)
  return isHost && registry.test(first) && path.every(component => pathComponent.test(component))
}

/** The grammar of the OCI distribution specification: an optional registry, then the repository's path. */
function isImageName(name: string): boolean {
  const [first = '', ...rest] = name.split('/')
  const hasRegistry = rest.length > 0 && registry.test(first)
  const components = hasRegistry ? rest : [first, ...rest]
  return name.length <= maxImageNameLength && components.every(component => pathComponent.test(component))
}
