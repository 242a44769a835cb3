import * as z from 'zod/mini'
import type { Builder } from '../build/builder.ts'

/**
 * The shape of all that a Devfile may say, and the words for it in messages. Rules that a shape cannot express (names,
 * port rules, references between services) are in rules.ts. Unknown keys are faults everywhere.
 */

/** How messages speak of a part of the Devfile. */
export interface Words {
  /** What is expected, after "Expected": `a list of services`. */
  readonly what: string
  /** How a right one is written. */
  readonly example: string
}

export const words = z.registry<Words>()

function named<Schema extends z.ZodMiniType>(schema: Schema, what: string, example: string): Schema {
  words.add(schema, { what, example })
  return schema
}

function texts() {
  return z.readonly(z.array(z.string()))
}

function oneOrMore() {
  return z.union([z.string(), texts()])
}

function record<Schema extends z.ZodMiniType>(value: Schema) {
  return z.readonly(z.record(z.string(), value))
}

const secret = named(
  z.union([
    named(z.strictObject({ id: z.string(), file: z.string() }), 'a secret', "{ id: 'npm', file: '.npmrc' }"),
    named(z.strictObject({ id: z.string(), env: z.string() }), 'a secret', "{ id: 'npm', env: 'NPM_TOKEN' }"),
  ]),
  'a secret with an id and either a file or an env, all in text',
  "{ id: 'npm', file: '.npmrc' } or { id: 'npm', env: 'NPM_TOKEN' }",
)

const sshKey = named(
  z.strictObject({ id: z.string(), path: z.string() }),
  'an id with the path of a private key or of an agent’s socket, both in text',
  "{ id: 'default', path: 'keys/deploy' }",
)

const shellCommand = named(z.string(), 'a shell command', "run: 'npm ci'")

const syncRule = named(
  z.strictObject({
    from: named(z.string(), 'a file, folder or glob', "from: 'web/src'"),
    to: named(z.string(), 'an absolute path in the container', "to: '/app/src'"),
    // biome-ignore lint/suspicious/noThenProperty: the Devfile's word; a schema is no function, so nothing is awaited.
    then: z.optional(
      named(
        z.union([
          z.literal('restart'),
          named(
            z.strictObject({ run: shellCommand }),
            'a command to run',
            "then: { run: 'nginx -s reload' }",
          ),
        ]),
        "'restart' or a command to run",
        "then: 'restart' or then: { run: 'nginx -s reload' }",
      ),
    ),
    ignore: z.optional(named(oneOrMore(), 'a glob, or a list of them', "ignore: ['**/*.test.js']")),
    back: z.optional(named(z.boolean(), 'true or false', 'back: true')),
  }),
  'a sync rule',
  "{ from: 'web/src', to: '/app/src', then: 'restart' }",
)

const runStep = named(
  z.strictObject({
    run: shellCommand,
    when: named(oneOrMore(), 'a file, folder or glob, or a list of them', "when: ['web/package.json']"),
  }),
  'a command to run after a sync',
  "{ run: 'npm ci', when: ['web/package.json'] }",
)

const syncOptions = {
  sync: z.optional(
    named(
      z.union([z.literal(false), z.readonly(z.array(syncRule))]),
      'a list of sync rules, or false',
      "sync: [{ from: 'web/src', to: '/app/src' }]",
    ),
  ),
  runs: z.optional(
    named(
      z.readonly(z.array(runStep)),
      'a list of commands to run after a sync',
      "runs: [{ run: 'npm ci', when: ['web/package.json'] }]",
    ),
  ),
  rebuildOn: z.optional(
    named(oneOrMore(), 'a file, folder or glob, or a list of them', "rebuildOn: ['web/*.lock']"),
  ),
}

const dockerImage = named(
  z.strictObject({
    kind: z.literal('docker'),
    context: z.optional(named(z.string(), 'a folder', "context: 'web'")),
    dockerfile: z.optional(named(z.string(), 'a file', "dockerfile: 'web/Dockerfile'")),
    target: z.optional(named(z.string(), 'the name of a stage', "target: 'debug'")),
    args: z.optional(
      named(
        record(named(z.union([z.string(), z.number(), z.boolean()]), 'text, a number or a boolean', "'22'")),
        'build arguments by name',
        "args: { NODE_VERSION: '22' }",
      ),
    ),
    secrets: z.optional(
      named(z.readonly(z.array(secret)), 'a list of secrets', "secrets: [{ id: 'npm', file: '.npmrc' }]"),
    ),
    ssh: z.optional(
      named(
        z.union([z.literal('default'), z.readonly(z.array(sshKey))]),
        "'default' or a list of ids with the paths of keys or sockets",
        "ssh: 'default' or ssh: [{ id: 'default', path: 'keys/deploy' }]",
      ),
    ),
    platform: z.optional(named(z.string(), 'a platform', "platform: 'linux/arm64'")),
    cacheFrom: z.optional(
      named(texts(), 'a list of images or other cache sources', "cacheFrom: ['shop/web:cache']"),
    ),
    pull: z.optional(named(z.boolean(), 'true or false', 'pull: true')),
    network: z.optional(named(z.string(), 'the name of a network', "network: 'host'")),
    labels: z.optional(
      named(record(named(z.string(), 'text', "'web'")), 'labels by name', "labels: { team: 'web' }"),
    ),
    ...syncOptions,
  }),
  'docker()',
  "docker({ context: '.' })",
)

const buildpacksImage = named(
  z.strictObject({
    kind: z.literal('buildpacks'),
    context: z.optional(named(z.string(), 'a folder', "context: 'web'")),
    builder: z.optional(
      named(z.string(), 'the name of a builder image', "builder: 'paketobuildpacks/builder-jammy-base'"),
    ),
    buildpacks: z.optional(
      named(
        texts(),
        'a list of buildpacks: ids, images, addresses or paths that begin with ./',
        "buildpacks: ['paketo-buildpacks/nodejs', './buildpack']",
      ),
    ),
    env: z.optional(
      named(
        record(named(z.union([z.string(), z.number(), z.boolean()]), 'text, a number or a boolean', "'22'")),
        'environment variables by name',
        "env: { BP_NODE_VERSION: '22' }",
      ),
    ),
    envFile: z.optional(named(z.string(), 'a file', "envFile: 'build.env'")),
    trustBuilder: z.optional(named(z.boolean(), 'true or false', 'trustBuilder: true')),
    pull: z.optional(named(z.boolean(), 'true or false', 'pull: true')),
    network: z.optional(named(z.string(), 'the name of a network', "network: 'host'")),
    volumes: z.optional(
      named(texts(), 'a list of mounts', "volumes: ['./certificates:/platform/bindings/certificates']"),
    ),
    cache: z.optional(named(z.string(), 'the name of a volume', "cache: 'shop-build-cache'")),
    live: z.optional(named(z.boolean(), 'true or false', 'live: true')),
    ...syncOptions,
  }),
  'buildpacks()',
  "buildpacks({ builder: 'paketobuildpacks/builder-jammy-base' })",
)

const customImage = named(
  z.strictObject({
    kind: z.literal('custom'),
    command: named(z.string(), 'a shell command', 'command: \'docker build -t "$DEVLOOP_IMAGE" .\''),
    cwd: z.optional(named(z.string(), 'a folder', "cwd: 'web'")),
    inputs: z.optional(
      named(texts(), 'a list of files and folders', "inputs: ['web/src', 'web/package.json']"),
    ),
    outputs: z.optional(named(texts(), 'a list of files and folders', "outputs: ['web/dist']")),
    ignore: z.optional(named(texts(), 'a list of globs', "ignore: ['dist/**']")),
    ...syncOptions,
  }),
  'custom()',
  "custom({ command: './build-image' })",
)

const jvmOptions = {
  context: z.optional(named(z.string(), 'a folder', "context: 'shop'")),
  module: z.optional(named(z.string(), 'the name of a module', "module: 'web'")),
  args: z.optional(named(texts(), 'a list of arguments', "args: ['--offline']")),
  live: z.optional(named(z.boolean(), 'true or false', 'live: true')),
  ...syncOptions,
}

const gradleImage = named(
  z.strictObject({
    kind: z.literal('gradle'),
    task: z.optional(named(z.string(), 'the name of a task', "task: 'bootBuildImage'")),
    ...jvmOptions,
  }),
  'gradle()',
  "gradle({ context: 'web' })",
)

const mavenImage = named(
  z.strictObject({ kind: z.literal('maven'), ...jvmOptions }),
  'maven()',
  "maven({ context: 'web' })",
)

const jibImage = named(
  z.strictObject({ kind: z.literal('jib'), ...jvmOptions }),
  'jib()',
  "jib({ context: 'web' })",
)

/** Kept as it is, and not copied, because its functions may need their `this`. */
const ownBuilder = z.custom<Builder>(isBuilder)

const image = named(
  z.union([dockerImage, buildpacksImage, customImage, gradleImage, mavenImage, jibImage, ownBuilder]),
  'docker(…), buildpacks(…), custom(…), gradle(…), maven(…), jib(…) or a builder of your own, an object with the functions inputs and build',
  "'shop/web': docker({ context: 'web' })",
)

const service = named(
  z.strictObject({
    manifests: z.optional(
      named(oneOrMore(), 'a file, folder or glob, or a list of them', "manifests: ['k8s/*.yaml']"),
    ),
    ports: z.optional(
      named(
        z.readonly(
          z.array(
            named(z.union([z.number(), z.string()]), 'a port number or a port rule in text', "'8080:3000'"),
          ),
        ),
        'a list of ports',
        "ports: ['8080:3000']",
      ),
    ),
    dependsOn: z.optional(named(texts(), 'a list of services', "dependsOn: ['redis']")),
  }),
  'a service',
  "web: { manifests: ['k8s/*.yaml'] }",
)

/** The fields that a profile may change. */
const changeable = {
  contexts: z.optional(named(texts(), 'a list of Kubernetes contexts', "contexts: ['dev-*']")),
  namespace: z.optional(named(z.string(), 'the name of a namespace', "namespace: 'shop'")),
  registry: z.optional(
    named(
      z.union([
        z.string(),
        z.literal(false),
        named(
          z.strictObject({
            host: named(z.string(), 'a host with a port', "host: 'localhost:5000'"),
            fromCluster: named(z.string(), 'a host with a port', "fromCluster: 'registry:5000'"),
          }),
          'a registry with a name for each side',
          "{ host: 'localhost:5000', fromCluster: 'registry:5000' }",
        ),
      ]),
      "a registry's host, a host with another name inside the cluster, or false",
      "registry: 'localhost:5000'",
    ),
  ),
  images: z.optional(
    named(record(image), 'images by name', "images: { 'shop/web': docker({ context: '.' }) }"),
  ),
  services: z.optional(
    named(record(service), 'services by name', "services: { web: { manifests: ['k8s/*.yaml'] } }"),
  ),
}

const profile = named(
  z.strictObject(changeable),
  'a profile',
  "debug: { images: { 'shop/web': docker({ target: 'debug' }) } }",
)

export const devfileSchema = named(
  z.strictObject({
    name: z.optional(named(z.string(), "the project's name", "name: 'shop'")),
    ...changeable,
    profiles: z.optional(
      named(record(profile), 'profiles by name', "profiles: { debug: { namespace: 'debug' } }"),
    ),
  }),
  'a Devfile',
  "defineDevfile({ name: 'shop' })",
)

function isBuilder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return ['inputs', 'build'].every(name => typeof Reflect.get(value, name) === 'function')
}
