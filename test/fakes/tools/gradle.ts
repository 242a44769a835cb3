import { existsSync } from 'node:fs'
import path from 'node:path'
import { compileModule, javacLines } from './javac.ts'
import { type Application, makeBuildpackImage, makeJibImage } from './spring-image.ts'
import { begin, checkJava, endWith, readText, say } from './stand-in.ts'

/*
 * Stands in for Gradle 8 with the plugins of Spring Boot 3 and of Jib 3: takes the arguments that these document and no others, prints
 * what they print when their output is no terminal, ends with their exit codes, and really makes an image. Compared with their
 * references, and with outputs in their issue trackers.
 */

interface ImageTask {
  readonly plugin: string
  /** The options of the task, besides Gradle's own. */
  readonly options: readonly string[]
  make(image: string, application: Application): void
}

const imageTasks: Readonly<Record<string, ImageTask>> = {
  bootBuildImage: {
    plugin: 'org.springframework.boot',
    options: [
      'imageName',
      'builder',
      'runImage',
      'network',
      'pullPolicy',
      'createdDate',
      'applicationDirectory',
    ],
    make: makeBuildpackImage,
  },
  jibDockerBuild: { plugin: 'com.google.cloud.tools.jib', options: ['image'], make: makeJibImage },
}

const args = process.argv.slice(2)
checkJava(home => [
  '',
  `ERROR: JAVA_HOME is set to an invalid directory: ${home}`,
  '',
  'Please set the JAVA_HOME variable in your environment to match the',
  'location of your Java installation.',
])
await begin(args)

const root = process.cwd()
const isBuild = ['settings.gradle', 'settings.gradle.kts', 'build.gradle', 'build.gradle.kts'].some(
  existsSync,
)
if (!isBuild) {
  failWith([
    `Directory '${root}' does not contain a Gradle build.`,
    '',
    "A Gradle build's root directory should contain one of the possible settings files: settings.gradle, settings.gradle.kts.",
  ])
}
const taskPath = args.find(arg => !arg.startsWith('-')) ?? endWith(['no task was given'])
const [name = '', ...modules] = taskPath.split(':').filter(Boolean).reverse()
const module = path.join(root, ...modules.reverse())
const prefix = modules.map(part => `:${part}`).join('')
const buildFile = `${readText(path.join(module, 'build.gradle'))}${readText(path.join(module, 'build.gradle.kts'))}`
if (modules.length > 0 && !existsSync(module)) {
  failWith([
    `Cannot locate tasks that match '${taskPath}' as project '${modules[0]}' not found in root project '${path.basename(root)}'.`,
  ])
}
const imageTask = imageTasks[name]
if (name !== 'classes' && !(imageTask && buildFile.includes(imageTask.plugin))) {
  failWith([
    prefix === ''
      ? `Task '${name}' not found in root project '${path.basename(root)}'.`
      : `Cannot locate tasks that match '${taskPath}' as task '${name}' not found in project '${prefix}'.`,
  ])
}
checkArguments()
compile()
if (imageTask) {
  const option = imageTask.options[0]
  const image = args.find(arg => arg.startsWith(`--${option}=`))?.slice(`--${option}=`.length)
  if (image === undefined) endWith([`no --${option} was given`])
  say(`\n> Task ${prefix}:${name}\nBuilding image '${image}'`)
  imageTask.make(image, {
    isWatched: buildFile.includes('BP_LIVE_RELOAD_ENABLED') && args.includes('-Plive'),
    classes: path.join(module, 'build/classes/java/main'),
    resources: path.join(module, 'build/resources/main'),
    libraries: [...buildFile.matchAll(/project\(':([^']+)'\)/g)].map(([, one = '']) =>
      path.join(root, ...one.split(':')),
    ),
  })
  say(`Successfully built image '${image}'`)
}
say('\nBUILD SUCCESSFUL in 2s\n4 actionable tasks: 4 executed')

function checkArguments(): void {
  const own = ['--console=plain', '--offline']
  for (const arg of args.filter(one => one.startsWith('-') && !own.includes(one) && !/^-[DP]\w/.test(one))) {
    const option = /^--(\w+)=/.exec(arg)?.[1]
    if (option === undefined || !imageTask?.options.includes(option)) {
      failWith([
        `Problem configuring task ${prefix}:${name} from command line.`,
        `> Unknown command-line option '${arg}'.`,
      ])
    }
  }
}

function compile(): void {
  const errors = compileModule(module, {
    classes: 'build/classes/java/main',
    resources: 'build/resources/main',
  })
  if (errors.length === 0) {
    say(`> Task ${prefix}:compileJava\n> Task ${prefix}:processResources\n> Task ${prefix}:classes`)
    return
  }
  say(`\n> Task ${prefix}:compileJava FAILED`)
  process.stderr.write(`${javacLines(errors).join('\n')}\n`)
  failWith([
    `Execution failed for task '${prefix}:compileJava'.`,
    '> Compilation failed; see the compiler output below.',
    ...javacLines(errors).map(line => `  ${line}`),
  ])
}

function failWith(account: readonly string[]): never {
  endWith([
    '',
    'FAILURE: Build failed with an exception.',
    '',
    '* What went wrong:',
    ...account,
    '',
    '* Try:',
    '> Run with --stacktrace option to get the stack trace.',
    '> Run with --info or --debug option to get more log output.',
    '> Run with --scan to get full insights.',
    '> Get more help at https://help.gradle.org.',
    '',
    'BUILD FAILED in 1s',
    '1 actionable task: 1 executed',
  ])
}
