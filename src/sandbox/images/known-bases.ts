import { normalizeImageName, parseImageReference } from '../../model/image.ts'
import type { ImageConfig } from './image-store.ts'
import { staticServer } from './static-server.ts'

/** An image of a registry that the host's own files can stand for. */
export interface KnownBase {
  /** What makes it more than a system: a program of the host's, which it promises. */
  readonly program?: BaseProgram
  /** What it sets besides `PATH`. @param version of the program. */
  readonly config: Partial<Pick<ImageConfig, 'cmd' | 'workingDir' | 'exposedPorts'>> & {
    readonly env?: (version: string) => readonly string[]
    /** In front of `PATH`. */
    readonly path?: readonly string[]
  }
  /** Programs that are made for it, in `/usr/local/bin`. */
  readonly scripts?: Readonly<Record<string, string>>
  /** Users that it has besides the system's. */
  readonly users?: readonly { readonly name: string; readonly id: number }[]
}

export interface BaseProgram {
  readonly command: string
  /** What makes it print `version=…` and, where it is more than a file of the system, `prefix=…`; of either output the first. */
  readonly args: readonly string[]
  readonly version: RegExp
  readonly prefix?: RegExp
  /** As many numbers of the version are compared with the tag's. */
  readonly significant: 0 | 1 | 2
  /** Programs beside it that the image has, too. */
  readonly companions: readonly string[]
  /** Other names under which the image has them. */
  readonly aliases?: Readonly<Record<string, string>>
  /** How a Debian or Ubuntu gets it. */
  readonly install: string
}

export interface FoundBase {
  readonly base: KnownBase
  /** The numbers of the version that the tag asks for. */
  readonly version: readonly number[]
  /** Its system's programs are busybox's. */
  readonly hasBusybox?: boolean
}

/** The base that a reference names. What devloop has built has tags that begin with its name, and is none, whatever it is called. */
export function findKnownBase(reference: string): FoundBase | undefined {
  const { name, tag = '' } = parseImageReference(reference)
  if (tag.startsWith('devloop')) return undefined
  const repository = normalizeImageName(name)
  const distroless = /^gcr\.io\/distroless\/nodejs(\d+)?/.exec(repository)
  if (distroless) return { base: node, version: distroless[1] ? [Number(distroless[1])] : [] }
  if (/^gcr\.io\/distroless\/(?:static|base|cc)\b/.test(repository)) return { base: plain(), version: [] }
  const official = /(?:^docker\.io\/library\/|\/docker\/library\/)([^/]+)$/.exec(repository)?.[1] ?? ''
  const base = Object.hasOwn(bases, official) ? bases[official] : undefined
  if (!base) return undefined
  const numbers = /^v?(\d+(?:\.\d+)*)/.exec(tag)?.[1]?.split('.').map(Number) ?? []
  return {
    base,
    version: base.program ? numbers.slice(0, base.program.significant) : [],
    hasBusybox: official === 'busybox' || official === 'alpine' || /\balpine/.test(tag),
  }
}

export const knownBaseNames = (): readonly string[] => Object.keys(bases)

const nodeProgram: BaseProgram = {
  command: 'node',
  args: [
    '-p',
    '"version=" + process.versions.node + "\\nprefix=" + path.dirname(path.dirname(process.execPath))',
  ],
  version: /^version=(\S+)/m,
  prefix: /^prefix=(.+)/m,
  significant: 1,
  companions: ['npm', 'npx', 'corepack', 'yarn', 'yarnpkg'],
  aliases: { nodejs: 'node' },
  install: 'https://nodejs.org/en/download',
}

const node: KnownBase = {
  program: nodeProgram,
  config: { cmd: ['node'], env: version => [`NODE_VERSION=${version}`] },
  users: [{ name: 'node', id: 1000 }],
}

const python: KnownBase = {
  program: {
    command: 'python3',
    args: [
      '-c',
      'import sys; print("version=" + sys.version.split()[0]); print("prefix=" + sys.base_prefix)',
    ],
    version: /^version=(\S+)/m,
    prefix: /^prefix=(.+)/m,
    significant: 2,
    companions: ['pip3'],
    aliases: { python: 'python3', pip: 'pip3' },
    install: 'apt install python3 python3-pip',
  },
  config: {
    cmd: ['python3'],
    // A system's own pip refuses to install for everybody; in an image that is what it is for.
    env: version => [`PYTHON_VERSION=${version}`, 'LANG=C.UTF-8', 'PIP_BREAK_SYSTEM_PACKAGES=1'],
  },
}

const ruby: KnownBase = {
  program: {
    command: 'ruby',
    args: ['-e', 'puts "version=#{RUBY_VERSION}", "prefix=#{RbConfig::CONFIG[%q(prefix)]}"'],
    version: /^version=(\S+)/m,
    prefix: /^prefix=(.+)/m,
    significant: 2,
    companions: ['gem', 'bundle', 'bundler', 'irb', 'rake'],
    install: 'apt install ruby-full',
  },
  config: { cmd: ['irb'], env: version => [`RUBY_VERSION=${version}`, 'LANG=C.UTF-8'] },
}

const golang: KnownBase = {
  program: {
    command: 'go',
    args: ['env', 'GOVERSION', 'GOROOT'],
    version: /^go(\d\S*)/m,
    prefix: /^(\/.+)/m,
    significant: 2,
    companions: ['gofmt'],
    install: 'apt install golang',
  },
  config: {
    cmd: ['bash'],
    workingDir: '/go',
    env: version => [`GOLANG_VERSION=${version}`, 'GOPATH=/go'],
    path: ['/go/bin'],
  },
}

const java: KnownBase = {
  program: {
    command: 'java',
    args: ['-XshowSettings:properties', '-version'],
    version: /^\s*java\.version = (\S+)/m,
    prefix: /^\s*java\.home = (.+)/m,
    significant: 1,
    companions: ['javac', 'jar', 'jshell', 'keytool'],
    install: 'apt install openjdk-17-jdk-headless',
  },
  config: { cmd: ['jshell'], env: version => [`JAVA_VERSION=${version}`, 'LANG=C.UTF-8'] },
}

const bases: Readonly<Record<string, KnownBase>> = {
  node,
  python,
  ruby,
  golang,
  openjdk: java,
  'eclipse-temurin': java,
  busybox: plain(['sh']),
  alpine: plain(['/bin/sh']),
  debian: plain(['bash']),
  ubuntu: plain(['/bin/bash']),
  'buildpack-deps': plain(['bash']),
  httpd: {
    program: { ...nodeProgram, significant: 0 },
    // Apache's own needs to be installed, and is set otherwise on each system; this one serves the same folder.
    scripts: { 'httpd-foreground': staticServer },
    config: {
      cmd: ['httpd-foreground', '/usr/local/apache2/htdocs', '80'],
      workingDir: '/usr/local/apache2',
      exposedPorts: ['80/tcp'],
    },
  },
  nginx: server('nginx', ['-v'], /nginx\/(\S+)/, {
    cmd: ['nginx', '-g', 'daemon off;'],
    exposedPorts: ['80/tcp'],
  }),
  redis: server('redis-server', ['--version'], /\bv=(\S+)/, {
    cmd: ['redis-server'],
    workingDir: '/data',
    exposedPorts: ['6379/tcp'],
  }),
}

/** A system and nothing else. */
function plain(cmd?: readonly string[]): KnownBase {
  return { config: { ...(cmd && { cmd }) } }
}

function server(
  command: string,
  args: readonly string[],
  version: RegExp,
  config: KnownBase['config'],
): KnownBase {
  return {
    program: { command, args, version, significant: 1, companions: [], install: `apt install ${command}` },
    config,
  }
}
