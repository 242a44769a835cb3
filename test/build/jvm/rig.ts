import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { vi } from 'vitest'
import type { Builder, BuildRequest } from '../../../src/build/builder.ts'
import { dockerCommand } from '../../../src/build/docker-command.ts'
import type { ToolCall } from '../../fakes/tools/stand-in.ts'

const fakes = path.resolve(import.meta.dirname, '../../fakes')

/** The id that the fake docker gives every image. */
export const imageId = 'a1b2c3d4e5f6a7b8'.padEnd(64, '0')

/** A project in a folder of its own, with the stand-ins of docker, Gradle and Maven. */
export interface JvmRig extends AsyncDisposable {
  readonly folder: string
  readonly docker: ReturnType<typeof dockerCommand>
  write(file: string, text: string): Promise<void>
  /** Puts a stand-in into the project, under a wrapper's name. */
  wrapper(name: 'gradlew' | 'mvnw'): Promise<void>
  build(builder: Builder, request?: Partial<BuildRequest>): ReturnType<Builder['build']>
  /** How the tools were called. */
  calls(): Promise<readonly ToolCall[]>
}

export async function openRig(files: Readonly<Record<string, string>> = {}): Promise<JvmRig> {
  const root = await mkdtemp(path.join(tmpdir(), 'devloop-jvm-'))
  const folder = path.join(root, 'project')
  const log = path.join(root, 'calls')
  await mkdir(folder)
  vi.stubEnv('PATH', [fakes, path.dirname(process.execPath), '/usr/bin', '/bin'].join(path.delimiter))
  vi.stubEnv('JAVA_HOME', undefined)
  vi.stubEnv('FAKE_DOCKER_LOG', path.join(root, 'docker-calls'))
  vi.stubEnv('FAKE_DOCKER_ID', imageId)
  vi.stubEnv('FAKE_TOOL_LOG', log)
  const rig: JvmRig = {
    folder,
    docker: dockerCommand({ DOCKER_HOST: 'unix:///run/shop.sock' }),
    async write(file, text) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
      await writeFile(path.join(folder, file), text)
    },
    wrapper: name =>
      symlink(path.join(fakes, 'tools', name === 'mvnw' ? 'mvn' : name), path.join(folder, name)),
    build: (builder, request) =>
      builder.build({
        ref: 'shop/web',
        bases: new Map(),
        signal: new AbortController().signal,
        onLine: () => {},
        ...request,
      }),
    async calls() {
      const text = await readFile(log, 'utf8')
      return text
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as ToolCall)
    },
    async [Symbol.asyncDispose]() {
      vi.unstubAllEnvs()
      await rm(root, { recursive: true, force: true })
    },
  }
  for (const [file, text] of Object.entries(files)) await rig.write(file, text)
  return rig
}

/** Commands on PATH, in a folder of the project: so that nothing else of this machine is found there. */
export async function onlyCommands(rig: JvmRig, names: Readonly<Record<string, string>>): Promise<void> {
  const bin = path.join(rig.folder, '..', 'bin')
  await mkdir(bin)
  for (const [name, target] of Object.entries(names)) await symlink(target, path.join(bin, name))
  vi.stubEnv('PATH', bin)
}

export async function forbid(file: string): Promise<void> {
  await chmod(file, 0o644)
}

/** A Spring Boot project of one module, for Gradle. */
export const gradleFiles = {
  'settings.gradle': "rootProject.name = 'web'\n",
  'build.gradle': "plugins {\n  id 'java'\n  id 'org.springframework.boot' version '3.3.4'\n}\n",
  'src/main/java/shop/Web.java': 'class Web {\n  int answer() {\n    return 42;\n  }\n}\n',
}

/** The same for Maven. */
export const mavenFiles = {
  'pom.xml': `<project>
  <artifactId>web</artifactId>
  <build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>
</project>
`,
  'src/main/java/shop/Web.java': gradleFiles['src/main/java/shop/Web.java'],
}

export const brokenSource = gradleFiles['src/main/java/shop/Web.java'].replace('42;', '42')
