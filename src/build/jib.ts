import { existsSync } from 'node:fs'
import path from 'node:path'
import type { JibDefinition } from '../model/image.ts'
import { ok } from '../model/result.ts'
import type { Builder } from './builder.ts'
import type { DockerCommand } from './docker-command.ts'
import { gradlePath, readGradleProject } from './jvm/gradle-project.ts'
import { compileArguments, gradleClasses, gradleRun } from './jvm/gradle-run.ts'
import { isLive, liveCompile } from './jvm/live.ts'
import { readMavenProject } from './jvm/maven-project.ts'
import { mavenRun } from './jvm/maven-run.ts'
import { inputsReader, type JvmProject } from './jvm/project.ts'
import { reloaderInJibImage } from './jvm/reloader.ts'
import { buildWithTool, gradleTool, type JvmTool, mavenTool, type ToolRun } from './jvm/tool.ts'

/** Builds with Jib's plugin for Gradle or Maven, whichever the project is built with. */
export function jibBuilder(definition: JibDefinition, docker: DockerCommand): Builder {
  const inputsOf = inputsReader()
  const toolNow = () => (isMaven(definition.context) ? mavenJib(definition) : gradleJib(definition))
  return {
    inputs: async () => ok(inputsOf(await toolNow().read())),
    build: request => buildWithTool(docker, request, image => toolNow().imageRun(image)),
    async live() {
      const jib = toolNow()
      const project = await jib.read()
      const reloader = reloaderInJibImage(project.text)
      if (!isLive(definition, reloader)) return undefined
      const outputs = await jib.outputs(project.module)
      return liveCompile({ project, reloader, outputs, run: jib.compileRun, env: docker.env })
    },
  }
}

/** Jib's plugin in one of the two tools. */
interface JibPlugin {
  read(): Promise<JvmProject>
  imageRun(image: string): ToolRun
  readonly compileRun: ToolRun
  /** What the compiler writes in a module, and where Jib lays it in the image. */
  outputs(module: string): Promise<readonly { from: string; to: string }[]>
}

const classesFolder = '/app/classes'
const resourcesFolder = '/app/resources'
/** Jib draws its progress where it takes the output for a terminal, which it judges by the environment. */
const plainConsole = '-Djib.console=plain'

function isMaven(context: string): boolean {
  const isBuiltWith = ({ buildFiles }: JvmTool) =>
    buildFiles.some(name => existsSync(path.join(context, name)))
  return isBuiltWith(mavenTool) && !isBuiltWith(gradleTool)
}

function gradleJib(definition: JibDefinition): JibPlugin {
  const { context, module, args } = definition
  return {
    read: () => readGradleProject(context, gradlePath(module ?? '')),
    imageRun: image =>
      gradleRun(definition, 'jibDockerBuild', {
        args: [`--image=${image}`, plainConsole, ...args],
        plugin: 'com.google.cloud.tools.jib',
      }),
    compileRun: gradleRun(definition, 'classes', { args: compileArguments(args) }),
    async outputs(folder) {
      const { classes, resources } = await gradleClasses(folder)
      return [...classes.map(from => ({ from, to: classesFolder })), { from: resources, to: resourcesFolder }]
    },
  }
}

function mavenJib(definition: JibDefinition): JibPlugin {
  const { context, module, args } = definition
  return {
    read: () => readMavenProject(context, module),
    imageRun: image =>
      // Of modules that are depended on Jib takes the jars, which `compile` does not make.
      mavenRun(definition, [module === undefined ? 'compile' : 'package', 'jib:dockerBuild'], {
        args: [
          `-Dimage=${image}`,
          ...(module === undefined ? [] : [`-Djib.containerize=${module}`]),
          '-DskipTests',
          plainConsole,
          ...args,
        ],
        plugin: 'com.google.cloud.tools:jib-maven-plugin',
      }),
    compileRun: mavenRun(definition, ['compile'], { args }),
    // Maven puts classes and resources into one folder, which Jib takes apart by their names.
    outputs: async () => [
      { from: 'target/classes/**/*.class', to: classesFolder },
      { from: 'target/classes', to: resourcesFolder },
    ],
  }
}
