import path from 'node:path'
import type {
  BuilderDefinition,
  CustomDefinition,
  DockerDefinition,
  MavenDefinition,
  SshAccess,
} from '../model/image.ts'
import type { Project, Service } from '../model/project.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { escapeGlob } from '../util/glob.ts'
import { buildpacksOf } from './buildpacks.ts'
import { docker } from './define.ts'
import type { Fault, KeyPath } from './fault.ts'
import { withFilesBelow } from './glob.ts'
import type {
  CustomInput,
  DevfileInput,
  DockerInput,
  GradleInput,
  ImageInput,
  JibInput,
  MavenInput,
  ServiceInput,
  SshInput,
} from './input.ts'
import { toLabel } from './names.ts'
import { parsePortRule } from './ports.ts'
import { applyProfile } from './profile.ts'
import { readablePart } from './readable.ts'
import { registryOf } from './registry.ts'
import { imageFaults, linkFaults, profileFaults, valueFaults } from './rules.ts'
import { shapeFaults } from './shape.ts'
import { syncSettingOf } from './sync.ts'

export interface ResolveOptions {
  /** The Devfile's folder, absolute. */
  readonly root: string
  readonly profile?: string
  /** Whether there is a Dockerfile beside the Devfile. */
  readonly hasDockerfile: boolean
}

/** Turns what a user wrote into a project, or gives all that is wrong with it. */
export function resolveProject(input: unknown, options: ResolveOptions): Result<Project, readonly Fault[]> {
  const { root, profile } = options
  const shape = shapeFaults(input)
  const readable = readablePart(input, shape)
  const name = readable.name ?? toLabel(path.basename(root))
  if (name === undefined) return fail([...shape, namelessFault(root), ...valueFaults(readable, root)])

  const complete = withDefaults(readable, name, options)
  const overlay = profile === undefined ? undefined : readable.profiles?.[profile]
  const chosen = overlay ? applyProfile(complete, overlay) : complete
  const faults = [
    ...shape,
    ...valueFaults(readable, root),
    ...profileFaults(readable, profile),
    ...[...linkFaults(chosen.services ?? {}), ...imageFaults(chosen.images ?? {}, root)].map(fault => ({
      ...fault,
      path: origin(fault.path, readable, profile),
    })),
  ]
  return faults.length === 0 ? ok(projectOf(chosen, name, root)) : fail(faults)
}

/** What a Devfile means that says nothing of images or services. A profile then changes these as if they were written. */
function withDefaults(input: DevfileInput, name: string, { hasDockerfile }: ResolveOptions): DevfileInput {
  return {
    ...input,
    images: input.images ?? (hasDockerfile ? { [name]: docker() } : {}),
    services: input.services ?? { [name]: {} },
  }
}

function namelessFault(root: string): Fault {
  return {
    path: ['name'],
    message: `The project has no name, and its folder's name '${path.basename(root)}' cannot be one.`,
    cure: "Write one, as in: name: 'shop'",
  }
}

/** Where an option of a service or of an image is written: in the profile, or in the Devfile itself. */
function origin(place: KeyPath, input: DevfileInput, profile: string | undefined): KeyPath {
  const [part, name = '', option = ''] = place.map(String)
  const { images, services } = input.profiles?.[profile ?? ''] ?? {}
  const overlay = part === 'images' ? images?.[name] : services?.[name]
  const isOverlaid = overlay !== undefined && Reflect.get(overlay, option) !== undefined
  return isOverlaid && profile !== undefined ? ['profiles', profile, ...place] : place
}

function projectOf(input: DevfileInput, name: string, root: string): Project {
  const { contexts = [], namespace = 'default', registry, images = {}, services = {} } = input
  return {
    name,
    root,
    contexts,
    namespace,
    ...(registry !== undefined && { registry: registryOf(registry) }),
    images: Object.entries(images).map(([ref, image]) => ({ ref, builder: builderOf(image, root) })),
    services: Object.entries(services).map(([service, options]) => serviceOf(service, options, root)),
  }
}

function serviceOf(
  name: string,
  { manifests = 'k8s', ports = [], dependsOn = [] }: ServiceInput,
  root: string,
): Service {
  const patterns = typeof manifests === 'string' ? [manifests] : manifests
  return {
    name,
    manifests: patterns.map(pattern => path.resolve(root, pattern)),
    ports: ports.flatMap(port => {
      const rule = parsePortRule(port)
      return rule.ok ? [rule.value] : []
    }),
    dependsOn,
  }
}

function builderOf(image: ImageInput, root: string): BuilderDefinition {
  if (!('kind' in image)) return { kind: 'own', builder: image }
  switch (image.kind) {
    case 'docker':
      return dockerOf(image, root)
    case 'buildpacks':
      return buildpacksOf(image, root)
    case 'custom':
      return customOf(image, root)
    case 'gradle':
      return { kind: image.kind, task: image.task ?? 'bootBuildImage', ...jvmOf(image, root) }
    case 'maven':
    case 'jib':
      return { kind: image.kind, ...jvmOf(image, root) }
    default:
      return image satisfies never
  }
}

function dockerOf(image: DockerInput, root: string): DockerDefinition {
  const {
    context = '.',
    dockerfile = path.join(context, 'Dockerfile'),
    target,
    args = {},
    secrets = [],
    ssh,
    platform,
    cacheFrom,
    pull,
    network,
    labels,
  } = image
  return {
    kind: 'docker',
    context: path.resolve(root, context),
    dockerfile: path.resolve(root, dockerfile),
    ...(target !== undefined && { target }),
    args: Object.fromEntries(Object.entries(args).map(([key, value]) => [key, String(value)])),
    secrets: secrets.map(secret =>
      'file' in secret ? { id: secret.id, file: path.resolve(root, secret.file) } : secret,
    ),
    ...(ssh !== undefined && { ssh: sshOf(ssh, root) }),
    ...(platform !== undefined && { platform }),
    ...(cacheFrom !== undefined && { cacheFrom }),
    ...(pull !== undefined && { pull }),
    ...(network !== undefined && { network }),
    ...(labels !== undefined && { labels }),
    sync: syncSettingOf(image, root),
  }
}

function sshOf(ssh: SshInput, root: string): SshAccess {
  if (ssh === 'default') return ssh
  return ssh.map(({ id, path: file }) => ({ id, path: path.resolve(root, file) }))
}

function customOf(image: CustomInput, root: string): CustomDefinition {
  const { command, cwd = '.', inputs = [cwd], outputs = [], ignore = [] } = image
  const written = outputs.map(output => path.relative(cwd, output).split(path.sep).join('/'))
  return {
    kind: 'custom',
    command,
    cwd: path.resolve(root, cwd),
    inputs: inputs.map(input => path.resolve(root, input)),
    ignore: [...ignore, ...written.flatMap(file => withFilesBelow(escapeGlob(file)))],
    sync: syncSettingOf(image, root),
  }
}

function jvmOf(image: GradleInput | MavenInput | JibInput, root: string): Omit<MavenDefinition, 'kind'> {
  const { context = '.', module, args = [], live } = image
  return {
    context: path.resolve(root, context),
    ...(module !== undefined && { module }),
    args,
    ...(live !== undefined && { live }),
    sync: syncSettingOf(image, root),
  }
}
