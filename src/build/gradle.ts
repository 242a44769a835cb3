import type { GradleDefinition } from '../model/image.ts'
import { ok } from '../model/result.ts'
import type { Builder } from './builder.ts'
import type { DockerCommand } from './docker-command.ts'
import { gradlePath, readGradleProject } from './jvm/gradle-project.ts'
import { compileArguments, gradleClasses, gradleRun } from './jvm/gradle-run.ts'
import { isLive, liveCompile } from './jvm/live.ts'
import { inputsReader } from './jvm/project.ts'
import { reloaderInBootImage } from './jvm/reloader.ts'
import { buildWithTool } from './jvm/tool.ts'

/** Where Spring's buildpacks lay the application, unpacked. */
const classesFolder = '/workspace/BOOT-INF/classes'

/** Builds with the `bootBuildImage` task of Spring Boot's Gradle plugin. */
export function gradleBuilder(definition: GradleDefinition, docker: DockerCommand): Builder {
  const { context, module, task, args } = definition
  const read = () => readGradleProject(context, gradlePath(module ?? ''))
  const inputsOf = inputsReader()
  return {
    inputs: async () => ok(inputsOf(await read())),
    build: request =>
      buildWithTool(docker, request, image =>
        gradleRun(definition, task, {
          args: [`--imageName=${image}`, ...args],
          plugin: 'org.springframework.boot',
        }),
      ),
    async live() {
      const project = await read()
      const reloader = reloaderInBootImage(project.text, args)
      if (!isLive(definition, reloader)) return undefined
      const { classes, resources } = await gradleClasses(project.module)
      return liveCompile({
        project,
        reloader,
        outputs: [...classes, resources].map(from => ({ from, to: classesFolder })),
        run: gradleRun(definition, 'classes', { args: compileArguments(args) }),
        env: docker.env,
      })
    },
  }
}
