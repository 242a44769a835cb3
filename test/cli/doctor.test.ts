import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  type StatsFs,
  writeFileSync,
} from 'node:fs'
import { statfs } from 'node:fs/promises'
import { release, tmpdir } from 'node:os'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { doctor } from '../../src/cli/doctor.ts'
import { exec } from '../../src/util/exec.ts'
import { FakeApiServer, sendJson } from '../fakes/api-server.ts'
import { writeDockerConfig } from '../fakes/docker-config.ts'

// How much room there is cannot be arranged.
vi.mock('node:fs/promises', { spy: true })

let folder = ''
let printed = ''
let server: FakeApiServer
beforeEach(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'devloop-doctor-test-')))
  mkdirSync(path.join(folder, 'tmp'))
  vi.stubEnv('TMPDIR', path.join(folder, 'tmp'))
  vi.stubEnv('PATH', path.join(folder, 'bin'))
  vi.stubEnv('DOCKER_HOST', undefined)
  vi.stubEnv('DOCKER_CONTEXT', undefined)
  const { folder: dockerConfig } = await writeDockerConfig(folder, path.join(folder, 'bin/docker'))
  vi.stubEnv('DOCKER_CONFIG', dockerConfig)
  vi.stubEnv('KUBECONFIG', undefined)
  vi.stubEnv('HOME', folder)
  // What it does when it is told to end is for its own process.
  vi.spyOn(process, 'once').mockReturnThis()
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
  printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    printed += stripVTControlCharacters(String(text))
    return true
  })
  server = await FakeApiServer.start()
  server.on('GET', '/version', (_, response) => sendJson(response, { gitVersion: 'v1.31.2' }))
})
afterEach(async () => {
  await server.stop()
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

test('where all is well: each version, the context, the way of images and how long it takes', async () => {
  installDocker()
  haveNode('docker://27.3.1', '6.10.4')
  const code = await run('docker-desktop')
  expect(printed).toMatch(/^✓ devloop +\d+\.\d+\.\d+, Node\.js /)
  expect(printed).toMatch(
    /^✓ context +docker-desktop: it is Docker Desktop, and its server http:\S+ is on this machine$/m,
  )
  expect(printed).toMatch(/^✓ engine +version 27\.3\.1, docker command line 28\.2\.2$/m)
  expect(printed).toMatch(/^✓ BuildKit +v0\.16\.0, buildx 0\.17\.1$/m)
  expect(printed).toMatch(/^✓ Kubernetes +v1\.31\.2, answers in \d+ ms$/m)
  expect(printed).toMatch(/^✓ images +Docker Desktop, which shares the Docker engine: nothing to load$/m)
  expect(printed).toMatch(/^✓ trial +an image of 1 MB is built in .+s, and in the cluster \d+ ms later$/m)
  // There is no Devfile here, which is nothing wrong.
  expect(printed).toMatch(/^! Devfile/m)
  expect(printed).not.toContain('✗')
  expect(code).toBe(0)
})

test('nothing is left behind, and nothing is changed in the cluster', async () => {
  installDocker()
  haveNode('docker://27.3.1', '6.10.4')
  await run('docker-desktop')
  expect(calls()).toContain('image rm devloop-doctor/trial:devloop-abababababababab')
  expect(readdirSync(path.join(folder, 'tmp'))).toEqual([])
  expect(new Set(server.requests.map(({ method }) => method))).toEqual(new Set(['GET']))
})

test('a cluster that images cannot be brought into is wrong, and the image of the trial goes all the same', async () => {
  installDocker()
  haveNode('containerd://1.7.2', '6.10.4')
  expect(await run('rancher-desktop')).toBe(1)
  expect(printed).toMatch(/^✗ images .*\n +why .*containerd.*\n +fix .*dockerd \(moby\)/m)
  expect(printed).not.toContain('trial')
  expect(calls()).toContain('image rm devloop-doctor/trial:devloop-abababababababab')
})

test('a docker that uses another engine than the cluster is found out by the trial', async () => {
  installDocker()
  haveNode('docker://20.10.1', '5.4.0')
  expect(await run('docker-desktop')).toBe(1)
  expect(printed).toMatch(/^✗ images .*another engine.*\n +why .*20\.10\.1.*\n +fix .*DOCKER_HOST/m)
})

test('without docker the cluster is looked at, and the cure is named', async () => {
  haveNode('docker://27.3.1', '6.10.4')
  expect(await run('docker-desktop')).toBe(1)
  expect(printed).toMatch(/^✗ engine .*\n.*\n +fix +Install/m)
  expect(printed).toMatch(/^✓ Kubernetes/m)
  expect(printed).toMatch(/^! images .*not tried, without an engine/m)
})

test('without a kubeconfig the engine is tried, and the cure is named', async () => {
  installDocker()
  expect(await doctor({ args: [] })).toBe(1)
  expect(printed).toMatch(/^✗ context .*\n +why .*\n +fix .*kind create cluster/m)
  expect(printed).toMatch(/^! trial +an image of 1 MB is built in .*; there is no cluster/m)
})

test('a cluster that does not answer is named with how to start it', async () => {
  installDocker()
  await server.stop()
  expect(await run('orbstack')).toBe(1)
  expect(printed).toMatch(/^✗ Kubernetes .*cannot be reached.*\n +why .*\n +fix .*orb start k8s/m)
})

test('a cluster that is not local is refused, and not asked anything', async () => {
  installDocker()
  expect(await run('production')).toBe(1)
  expect(printed).toMatch(/^✗ context +devloop does not act in context production/m)
  expect(server.requests).toEqual([])
})

test.each([
  ['✓', 50, '50 GB of 100 GB free'],
  ['!', 12, '12 GB of 100 GB free.* begins to remove images'],
  ['✗', 1, '1.0 GB of 100 GB free'],
])('the room for images: %s with %d of 100 GB', async (mark, free, text) => {
  installDocker({ kernel: release(), root: folder })
  const [bsize, bavail, blocks] = [1_000_000, free * 1_000, 100_000]
  vi.mocked(statfs).mockResolvedValueOnce({ bsize, bavail, blocks } as StatsFs)
  await run('docker-desktop')
  expect(printed).toMatch(new RegExp(`^${mark} disk +${text}`, 'm'))
  if (mark !== '✓') expect(printed).toMatch(/disk .*\n +(tip|fix) .*docker system df/)
})

test('the room of an engine in a virtual machine is not that of a folder here', async () => {
  installDocker({ kernel: 'another', root: folder })
  await run('docker-desktop')
  expect(printed).toMatch(/^! disk .*cannot be told/m)
})

test('an engine that hangs does not keep the user waiting', async () => {
  mkdirSync(path.join(folder, 'bin'))
  writeFileSync(path.join(folder, 'bin/docker'), '#!/bin/sh\nexec /bin/sleep 300\n', { mode: 0o755 })
  haveNode('docker://27.3.1', '6.10.4')
  const begun = performance.now()
  expect(await run('docker-desktop')).toBe(1)
  expect(performance.now() - begun).toBeLessThan(15_000)
  expect(printed).toMatch(/^✗ engine +The engine does not answer.*\n +fix /m)
  expect(printed).toMatch(/^✓ Kubernetes/m)
}, 30_000)

test('podman in the place of docker is asked for what it has', async () => {
  vi.stubEnv('DOCKER_CONFIG', undefined)
  mkdirSync(path.join(folder, 'bin'))
  const script = `#!/bin/sh\ncase "$*" in\n  'version --format {{json .}}') echo '{"Client":{"Version":"5.4.0"}}' ;;\n  *) exit 125 ;;\nesac\n`
  writeFileSync(path.join(folder, 'bin/podman'), script, { mode: 0o755 })
  await run('docker-desktop')
  expect(printed).toMatch(/^✓ engine +podman command line 5\.4\.0$/m)
  expect(printed).not.toContain('BuildKit')
})

test('a builder that keeps its images to itself is told, with what saves the copy', async () => {
  installDocker({ driver: 'docker-container' })
  await run('docker-desktop')
  expect(printed).toMatch(/^! BuildKit .*driver docker-container.*\n +tip .*buildx use default/m)
})

test('a Devfile that is broken is told with its faults, and the rest goes on', async () => {
  installDocker()
  const code = await doctor({ args: [], file: path.join(folder, 'nowhere.ts') })
  expect(printed).toMatch(/^✗ Devfile +There is no such file\.\n +fix/m)
  expect(printed).toMatch(/^✓ engine/m)
  expect(code).toBe(1)
})

const signal = new AbortController().signal
const { PATH, DOCKER_CONFIG } = process.env
const realDocker = await exec({ command: 'docker', args: ['version'], signal, timeoutMs: 10_000 })

test.runIf(realDocker.status === 'succeeded')(
  'with a real engine: the trial takes its image away again',
  async () => {
    vi.stubEnv('PATH', PATH)
    vi.stubEnv('DOCKER_CONFIG', DOCKER_CONFIG)
    await doctor({ args: [] })
    expect(printed).toMatch(/^✓ engine +version \d+\.\d+/m)
    expect(printed).toMatch(/^! trial +an image of 1 MB is built in/m)
    const left = await exec({
      command: 'docker',
      args: ['image', 'ls', '--quiet', 'devloop-doctor/trial'],
      signal,
    })
    expect(left).toMatchObject({ status: 'succeeded', stdout: [] })
  },
  30_000,
)

/** What `devloop doctor` prints for a context of the fake API server; gives its exit code. */
async function run(context: string): Promise<number> {
  const kubeconfig = path.join(folder, 'kubeconfig')
  const named = [{ name: context, context: { cluster: context, user: context } }]
  const config = {
    'current-context': context,
    contexts: named,
    clusters: [{ name: context, cluster: { server: server.url } }],
    users: [{ name: context, user: {} }],
  }
  writeFileSync(kubeconfig, JSON.stringify(config))
  return doctor({ args: [], kubeconfig })
}

function haveNode(containerRuntimeVersion: string, kernelVersion: string): void {
  const nodeInfo = { containerRuntimeVersion, kernelVersion }
  server.on('GET', '/api/v1/nodes', (_, response) =>
    sendJson(response, { items: [{ status: { nodeInfo } }] }),
  )
}

/** A docker command line as far as the doctor can tell, as seen of Docker 28 with buildx 0.13. */
function installDocker({ kernel = '6.10.4', root = '/var/lib/docker', driver = 'docker' } = {}): void {
  mkdirSync(path.join(folder, 'bin'), { recursive: true })
  const file = path.join(folder, 'bin/docker')
  const script = `#!/bin/sh
echo "$*" >>${folder}/calls
case "$*" in
  'version --format {{json .}}') echo '{"Client":{"Version":"28.2.2"},"Server":{"Version":"27.3.1"}}' ;;
  version*) echo '27.3.1 6.10.4' ;;
  'buildx version') echo 'github.com/docker/buildx v0.17.1 abc' ;;
  'buildx inspect') printf 'Name:          own\\nDriver:        ${driver}\\n\\nNodes:\\nName:             own\\nBuildKit version: v0.16.0\\n' ;;
  info*) printf '${root}\\n${kernel}\\n' ;;
  build\\ *)
    for argument; do
      case $argument in --iidfile=*) printf 'sha256:${'ab'.repeat(32)}' >"\${argument#--iidfile=}" ;; esac
    done
    ;;
  tag\\ * | 'image rm '*) ;;
  *) exit 1 ;;
esac
`
  writeFileSync(file, script, { mode: 0o755 })
}

function calls(): readonly string[] {
  return readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n')
}
