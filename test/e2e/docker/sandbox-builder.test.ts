import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildImage } from '../../../src/sandbox/images/build/build-image.ts'
import { viewOf } from '../../../src/sandbox/images/build/image-view.ts'
import type { ImageConfig } from '../../../src/sandbox/images/image-store.ts'
import type { LayeredView, ViewedEntry } from '../../../src/sandbox/images/layered-view.ts'
import { openImageStore, type StoredImages } from '../../../src/sandbox/images/stored-images.ts'
import { exec } from '../../../src/util/exec.ts'
import { contextFiles, type DockerfileCase, dockerfileCases } from '../../sandbox/images/dockerfiles.ts'

/** What the sandbox's builder makes of a Dockerfile is what Docker makes of it. */

let folder = ''
let context = ''
let store: StoredImages

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-sandbox-builder-'))
  context = path.join(folder, 'context')
  store = openImageStore(path.join(folder, 'state'))
  for (const [name, text] of Object.entries(contextFiles)) {
    const file = path.join(context, name)
    await mkdir(path.dirname(file), { recursive: true })
    const [content = '', mode] = text.split('#')
    if (content.startsWith('->')) await symlink(content.slice(2), file)
    else await writeFile(file, content)
    if (mode !== undefined) await chmod(file, Number.parseInt(mode, 8))
  }
  execFileSync('tar', ['-czf', path.join(context, 'archive.tar.gz'), '-C', path.join(context, 'dir'), '.'])
  execFileSync('sh', ['-c', 'echo plain | gzip > "$1"', 'sh', path.join(context, 'not-an-archive.gz')])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test.each(dockerfileCases)('as with Docker: $shows', async testCase => {
  const text = wholeText(testCase).replaceAll('CASE', path.basename(folder))
  const dockerfile = path.join(folder, 'Dockerfile')
  await writeFile(dockerfile, text)
  const docker = buildWithDocker(dockerfile, testCase)
  const lines: string[] = []
  const built = await buildImage(
    { store, hostCommand: exec },
    {
      context,
      dockerfile,
      text,
      args: testCase.args ?? {},
      ...(testCase.target !== undefined && { target: testCase.target }),
      labels: {},
      ownBases: {},
      secrets: {},
      signal: new AbortController().signal,
      onLine: line => lines.push(line),
    },
  )
  if (!built.ok) throw new Error(`${JSON.stringify(built.failure)}\n${lines.join('\n')}`)
  const parts = store.partsOf(built.value)
  expect(parts && listFiles(viewOf(parts, store))).toEqual(docker.files)
  expect(parts && settingsOf(parts.config)).toEqual(docker.settings)
})

function wholeText({ dockerfile }: DockerfileCase): string {
  return /^FROM/m.test(dockerfile) ? dockerfile : `FROM busybox\n${dockerfile}`
}

function buildWithDocker(dockerfile: string, { args = {}, target }: DockerfileCase) {
  const options = [
    ...Object.entries(args).map(([name, value]) => `--build-arg=${name}=${value}`),
    ...(target === undefined ? [] : [`--target=${target}`]),
  ]
  const id = run('docker', ['build', '-q', `--file=${dockerfile}`, ...options, context]).trim()
  try {
    const script =
      '[ -d /out ] || exit 0; find /out -mindepth 1 | sort | while read -r f; do stat -c "%n|%a|%u|%g|%F" "$f" | tr "\\n" "|"; if [ -L "$f" ]; then readlink "$f"; elif [ -f "$f" ]; then md5sum < "$f"; else echo; fi; done'
    const listed = run('docker', ['run', '--rm', '--user=0', '--entrypoint=sh', id, '-c', script])
    const config = JSON.parse(run('docker', ['image', 'inspect', '--format={{json .Config}}', id]))
    return {
      files: listed
        .split('\n')
        .filter(line => line !== '')
        .map(readListed)
        .sort(),
      settings: dockerSettings(config),
    }
  } finally {
    run('docker', ['image', 'rm', '--force', id])
  }
}

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DOCKER_BUILDKIT: '1' },
  })
}

/** Permissions of a link say nothing. */
function readListed(line: string): string {
  const [name, mode, user, group, kind, content = ''] = line.split('|')
  const isLink = kind === 'symbolic link'
  const isFolder = kind === 'directory'
  return [name, isLink ? 'link' : mode, user, group, isFolder ? 'folder' : content.replace(/ +-$/, '')].join(
    '|',
  )
}

function listFiles(view: LayeredView): readonly string[] {
  const lines: string[] = []
  const visit = (folder: ViewedEntry) => {
    for (const entry of view.list(folder)) {
      const { stats, file } = entry
      const isLink = stats.isSymbolicLink()
      const content = isLink ? readlinkSync(file) : stats.isDirectory() ? 'folder' : md5(readFileSync(file))
      const mode = isLink ? 'link' : (stats.mode & 0o7777).toString(8)
      lines.push([entry.path, mode, stats.uid, stats.gid, content].join('|'))
      if (stats.isDirectory()) visit(entry)
    }
  }
  const out = view.find('/out')
  if (out) visit(out)
  return lines.sort()
}

function md5(bytes: Buffer): string {
  return execFileSync('md5sum', { input: bytes, encoding: 'utf8' }).split(' ')[0] ?? ''
}

interface DockerConfig {
  readonly Entrypoint?: readonly string[] | null
  readonly Cmd?: readonly string[] | null
  readonly Env?: readonly string[]
  readonly WorkingDir?: string
  readonly User?: string
  readonly ExposedPorts?: object
  readonly Labels?: object | null
  readonly StopSignal?: string
  readonly Volumes?: object | null
  readonly Healthcheck?: { readonly Test?: readonly string[] }
}

function dockerSettings(config: DockerConfig) {
  return {
    entrypoint: config.Entrypoint ?? [],
    cmd: config.Cmd ?? [],
    env: config.Env ?? [],
    workingDir: config.WorkingDir || '/',
    user: config.User ?? '',
    ports: Object.keys(config.ExposedPorts ?? {}).sort(),
    labels: config.Labels ?? {},
    stopSignal: config.StopSignal ?? '',
    volumes: Object.keys(config.Volumes ?? {}).sort(),
    healthcheck: config.Healthcheck?.Test ?? [],
  }
}

function settingsOf(config: ImageConfig): ReturnType<typeof dockerSettings> {
  return {
    entrypoint: config.entrypoint ?? [],
    cmd: config.cmd ?? [],
    env: config.env,
    workingDir: config.workingDir ?? '/',
    user: config.user ?? '',
    ports: [...config.exposedPorts],
    labels: config.labels,
    stopSignal: config.stopSignal ?? '',
    volumes: [...config.volumes],
    healthcheck: config.healthcheck?.test ?? [],
  }
}
