import type { MavenDefinition } from '../model/image.ts'
import { ok } from '../model/result.ts'
import type { Builder } from './builder.ts'
import type { DockerCommand } from './docker-command.ts'
import { isLive, liveCompile } from './jvm/live.ts'
import { readMavenProject } from './jvm/maven-project.ts'
import { mavenRun } from './jvm/maven-run.ts'
import { inputsReader } from './jvm/project.ts'
import { reloaderInMavenImage } from './jvm/reloader.ts'
import { buildWithTool } from './jvm/tool.ts'

/** Builds with the `build-image` goal of Spring Boot's Maven plugin. */
export function mavenBuilder(definition: MavenDefinition, docker: DockerCommand): Builder {
  const { context, module, args } = definition
  const inputsOf = inputsReader()
  return {
    inputs: async () => ok(inputsOf(await readMavenProject(context, module))),
    build: request =>
      buildWithTool(docker, request, image =>
        mavenRun(definition, ['spring-boot:build-image'], {
          // The goal runs the life cycle up to `package`, and so the tests: Gradle's task runs none.
          args: [`-Dspring-boot.build-image.imageName=${image}`, '-DskipTests', ...args],
          plugin: 'org.springframework.boot:spring-boot-maven-plugin',
        }),
      ),
    async live() {
      const project = await readMavenProject(context, module)
      const reloader = reloaderInMavenImage(project.text, args)
      if (!isLive(definition, reloader)) return undefined
      return liveCompile({
        project,
        reloader,
        outputs: [{ from: 'target/classes', to: '/workspace/BOOT-INF/classes' }],
        run: mavenRun(definition, ['compile'], { args }),
        env: docker.env,
      })
    },
  }
}
