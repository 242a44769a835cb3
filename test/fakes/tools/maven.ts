import { existsSync } from 'node:fs'
import path from 'node:path'
import { type CompileError, compileModule } from './javac.ts'
import { makeBuildpackImage, makeJibImage } from './spring-image.ts'
import { begin, checkJava, endWith, readText, say } from './stand-in.ts'

/*
 * Stands in for Maven 3.8 with the plugins of Spring Boot 3 and of Jib 3: takes the arguments that these document and no others, and prints
 * what the real Maven 3.8.7 was seen to print in batch mode; the plugins' lines are as in their references and issue trackers.
 */

const goals: Readonly<
  Record<string, { plugin: string; artifact: string; property: string; make: typeof makeJibImage }>
> = {
  'spring-boot:build-image': {
    plugin: 'org.springframework.boot:spring-boot-maven-plugin:3.3.4:build-image',
    artifact: 'spring-boot-maven-plugin',
    property: 'spring-boot.build-image.imageName',
    make: makeBuildpackImage,
  },
  'jib:dockerBuild': {
    plugin: 'com.google.cloud.tools:jib-maven-plugin:3.4.3:dockerBuild',
    artifact: 'jib-maven-plugin',
    property: 'image',
    make: makeJibImage,
  },
}

const args = process.argv.slice(2)
checkJava(() => [
  'The JAVA_HOME environment variable is not defined correctly,',
  'this environment variable is needed to run this program.',
])
await begin(args)

const root = process.cwd()
if (!existsSync('pom.xml')) {
  failWith(
    `The goal you specified requires a project to execute but there is no POM in this directory (${root}). Please verify you invoked Maven from the correct directory.`,
    'MissingProjectException',
  )
}
const chosen = args.indexOf('-pl')
const moduleName = chosen < 0 ? undefined : args[chosen + 1]
const module = path.resolve(root, moduleName ?? '.')
const properties = new Map(
  args.flatMap(arg => {
    const [, key = '', value = ''] = /^-D([^=]+)=?(.*)$/.exec(arg) ?? []
    return key === '' ? [] : [[key, value] as const]
  }),
)
const asked = args.filter((arg, index) => !arg.startsWith('-') && args[index - 1] !== '-pl')
for (const arg of args.filter(one => one.startsWith('-'))) {
  if (!['--batch-mode', '-pl', '-am', '--offline'].includes(arg) && !/^-[DP]\w/.test(arg))
    endWith([`Unable to parse command line options: Unrecognized option: ${arg}`])
}
const pom = readText(path.join(module, 'pom.xml'))
const artifactId = /<artifactId>([^<]+)/.exec(pom)?.[1] ?? ''

say('[INFO] Scanning for projects...')
if (moduleName !== undefined && !existsSync(path.join(module, 'pom.xml')))
  failWith(`Could not find the selected project in the reactor: ${moduleName}`, 'MavenExecutionException')
for (const goal of asked) {
  const { artifact } = goals[goal] ?? {}
  if (artifact !== undefined && !`${pom}${readText('pom.xml')}`.includes(artifact)) {
    failWith(
      `No plugin found for prefix '${goal.split(':')[0]}' in the current project and in the plugin groups [org.apache.maven.plugins, org.codehaus.mojo] available from the repositories [local (/root/.m2/repository), central (https://repo.maven.apache.org/maven2)]`,
      'NoPluginFoundForPrefixException',
    )
  }
}
say(`[INFO] --- maven-compiler-plugin:3.11.0:compile (default-compile) @ ${artifactId} ---`)
const errors = compileModule(module, { classes: 'target/classes', resources: 'target/classes' })
if (errors.length > 0) failToCompile(errors)
for (const name of asked) {
  const goal = goals[name]
  if (!goal) continue
  const image = properties.get(goal.property)
  if (image === undefined) endWith([`no -D${goal.property} was given`])
  say(`[INFO] --- ${goal.plugin} (default-cli) @ ${artifactId} ---\n[INFO] Building image '${image}'`)
  const classes = path.join(module, 'target/classes')
  goal.make(image, {
    isWatched: pom.includes('BP_LIVE_RELOAD_ENABLED') && args.includes('-Plive'),
    classes,
    resources: classes,
    libraries: [],
  })
}
say('[INFO] ------------------------------------------------------------------------\n[INFO] BUILD SUCCESS')

function failToCompile(found: readonly CompileError[]): never {
  const lines = found.map(
    ({ file, line, column, message }) => `[ERROR] ${file}:[${line},${column}] ${message}`,
  )
  say('[INFO] -------------------------------------------------------------\n[ERROR] COMPILATION ERROR : ')
  say(...lines)
  say(`[INFO] ${found.length} error${found.length === 1 ? '' : 's'}`)
  failWith(
    `Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.11.0:compile (default-compile) on project ${artifactId}: Compilation failure`,
    'MojoFailureException',
    lines,
  )
}

function failWith(message: string, help: string, more: readonly string[] = []): never {
  const rule = '[INFO] ------------------------------------------------------------------------'
  say(
    rule,
    '[INFO] BUILD FAILURE',
    rule,
    '[INFO] Total time:  0.266 s',
    '[INFO] Finished at: 2026-01-31T14:11:31Z',
    rule,
    `[ERROR] ${message} -> [Help 1]`,
    ...more,
    '[ERROR] ',
    '[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.',
    '[ERROR] Re-run Maven using the -X switch to enable full debug logging.',
    '[ERROR] ',
    '[ERROR] For more information about the errors and possible solutions, please read the following articles:',
    `[ERROR] [Help 1] http://cwiki.apache.org/confluence/display/MAVEN/${help}`,
  )
  process.exit(1)
}
