import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseDockerIgnore } from '../../../src/dockerfile/dockerignore.ts'
import { inferSync } from '../../../src/sync/infer.ts'
import { exec } from '../../../src/util/exec.ts'

/** The build context of every case. Each file holds its own path, by which it is found again in the image. */
const files = [
  'index.html',
  'a.txt',
  'b.txt',
  'a b.txt',
  '.hidden',
  'package.json',
  'package-lock.json',
  'app.conf',
  'src/main.js',
  'src/lib/util.js',
  'src/lib/deep/er.js',
  'src/a.txt',
  'web/index.html',
  'web/src/app.js',
  'web/public/a.css',
  'packages/one/package.json',
  'packages/two/package.json',
  'packages/one/src/one.js',
  'docs/[x].md',
  'docs/y.md',
  'node_modules/left/index.js',
  'unicode/ü.txt',
]

interface Case {
  readonly name: string
  readonly dockerfile: string
  readonly dockerignore?: string
  readonly args?: Readonly<Record<string, string>>
  readonly target?: string
  /** What must be found out to be a copy, so that `rebuild` for everything does not pass. */
  readonly synced: readonly string[]
}

const cases: readonly Case[] = [
  {
    name: 'a folder’s contents, below WORKDIR',
    dockerfile: 'FROM busybox\nWORKDIR /app\nCOPY src .\nCOPY web ./site\n',
    synced: ['src/main.js', 'src/lib/deep/er.js', 'src/a.txt', 'web/index.html', 'web/src/app.js'],
  },
  {
    name: 'everything, less what .dockerignore leaves out',
    dockerfile: 'FROM busybox\nWORKDIR /app\nCOPY package*.json ./\nRUN true\nCOPY . .\n',
    dockerignore: 'node_modules\n**/*.css\n!web/public/a.css\ndocs\n',
    synced: ['package.json', 'index.html', '.hidden', 'web/public/a.css', 'a b.txt', 'unicode/ü.txt'],
  },
  {
    name: 'files to a folder, to a name, and to folders that exist already',
    dockerfile:
      'FROM busybox\nWORKDIR /srv/app/deep\nCOPY a.txt /files/\nCOPY b.txt /other/b.txt\nCOPY index.html /srv/app\nCOPY app.conf /etc\nCOPY package.json /new.json\nCOPY package-lock.json /\n',
    synced: ['a.txt', 'b.txt', 'index.html', 'app.conf', 'package.json', 'package-lock.json'],
  },
  {
    name: 'several sources, folders among them',
    dockerfile: 'FROM busybox\nCOPY a.txt src web/public docs/ /all/\n',
    synced: ['src/main.js', 'src/lib/util.js', 'web/public/a.css', 'docs/y.md'],
  },
  {
    name: 'two files at the same place',
    dockerfile:
      'FROM busybox\nCOPY src /app\nCOPY a.txt /app/\nCOPY web/index.html /app/\nCOPY index.html /app/index.html\n',
    synced: ['src/main.js'],
  },
  {
    name: 'arguments and variables with defaults, quotes and relative WORKDIRs',
    dockerfile:
      'ARG ROOT=/opt\nFROM busybox\nARG ROOT\nARG NAME=none\nENV DIR=$ROOT/"my app" SUB=${MISSING:-sub}\nWORKDIR $DIR\nWORKDIR ${SUB}\nCOPY src ./${NAME}\nCOPY ${NAME:+a}.txt "$DIR"/\n',
    args: { NAME: 'given' },
    synced: ['src/main.js', 'a.txt'],
  },
  {
    name: 'the JSON form, names with spaces, dots and root-relative sources',
    dockerfile:
      'FROM busybox\nCOPY ["a b.txt", "/x y/"]\nCOPY ["./src/../src/lib", "/lib2"]\nCOPY /web/src /web\nCOPY ../../b.txt /b/\n',
    synced: ['a b.txt', 'src/lib/util.js', 'src/lib/deep/er.js', 'web/src/app.js', 'b.txt'],
  },
  {
    name: 'wildcards: one name at a time, never over folders',
    dockerfile:
      'FROM busybox\nCOPY *.txt /t/\nCOPY src/lib/*.js /lib/js/\nCOPY docs/[[]x].md /md/\nCOPY p?ckage-l*.json /p/\n',
    synced: ['a.txt', 'b.txt', 'a b.txt', 'src/lib/util.js', 'docs/[x].md', 'package-lock.json'],
  },
  {
    name: 'wildcards that match folders, or the same name twice',
    dockerfile: 'FROM busybox\nCOPY packages/*/package.json /manifests/\nCOPY s* /s/\nCOPY w*/src /w/\n',
    synced: [],
  },
  {
    name: 'stages: by name, by number, and made from one another',
    dockerfile:
      'FROM busybox AS Files\nWORKDIR /f\nCOPY src src\nCOPY a.txt .\nFROM busybox\nCOPY b.txt /b/b.txt\nFROM files AS final\nCOPY --from=0 /f/src/lib /lib3/\nCOPY --from=1 /b/b.txt renamed.txt\nCOPY web/src src\n',
    synced: ['src/main.js', 'a.txt', 'b.txt', 'web/src/app.js'],
  },
  {
    name: 'a target that is not the last stage, and a stage that nothing uses',
    dockerfile:
      'FROM busybox AS dev\nCOPY src /dev-src\nFROM busybox AS unused\nCOPY docs /docs\nFROM dev\nCOPY web /web\n',
    target: 'dev',
    synced: ['src/main.js'],
  },
  {
    name: 'files of a stage that commands change, move and remove',
    dockerfile:
      'FROM busybox\nCOPY src /app\nCOPY a.txt b.txt /tmp/\nRUN mkdir -p /made && chown -R 1000 /app && rm -f /tmp/b.txt\nCOPY docs /docs\nRUN cp /tmp/a.txt /copied.txt; mv /docs /moved\nCOPY index.html /app/\n',
    synced: ['index.html'],
  },
  {
    name: 'ADD, owners, modes and another escape character',
    dockerfile:
      '# escape=`\nFROM busybox\nADD --chown=1000:1000 web/public /public\nCOPY --chown=1 a.txt `\n  # which, and where to\n  b.txt `\n  /two/\n',
    synced: ['web/public/a.css', 'a.txt', 'b.txt'],
  },
  {
    name: 'an image from nothing',
    dockerfile: 'FROM scratch\nCOPY $EMPTY/src app/\nCOPY a.txt /etc\nCOPY index.html index.html\n',
    synced: ['src/main.js', 'src/lib/util.js', 'index.html'],
  },
  {
    name: 'what is copied over by another stage',
    dockerfile:
      'FROM busybox AS made\nCOPY docs /app/docs\nRUN mkdir -p /app && echo made > /app/main.js\nFROM busybox\nCOPY src /app\nCOPY b.txt /b/\nCOPY --from=made /app /app\n',
    synced: ['b.txt'],
  },
]

let context: string

beforeAll(async () => {
  context = await mkdtemp(path.join(tmpdir(), 'devloop-e2e-infer-'))
  for (const file of files) {
    await mkdir(path.dirname(path.join(context, file)), { recursive: true })
    await writeFile(path.join(context, file), contentOf(file))
  }
})

afterAll(() => rm(context, { recursive: true, force: true }))

describe('what is inferred of a Dockerfile is what the real docker build does', () => {
  test.each(cases.map(each => [each.name, each] as const))('%s', async (_, each) => {
    await using image = await build(each)
    if (image.failure !== undefined) throw new Error(image.failure)
    const { wrong, synced, found } = await compare(each, image.folder)
    expect(wrong).toEqual([])
    expect(each.synced.filter(file => !synced.includes(file))).toEqual([])
    expect(each.synced.filter(file => !found.has(file))).toEqual([])
  })

  test('random Dockerfiles that build', async () => {
    const runs = Number(process.env.DEVLOOP_E2E_DOCKERFILES ?? 8)
    let synced = 0
    await fc.assert(
      fc.asyncProperty(randomDockerfile, async dockerfile => {
        await using image = await build({ dockerfile })
        fc.pre(image.failure === undefined)
        const { wrong, synced: copied } = await compare({ dockerfile }, image.folder)
        synced += copied.length
        expect(wrong).toEqual([])
      }),
      { numRuns: runs, endOnFailure: true },
    )
    expect(synced).toBeGreaterThan(0)
  }, 600_000)
})

type Recipe = Omit<Case, 'name' | 'synced'>

/** Asks of every file, and looks where it really is. */
async function compare({ dockerfile, dockerignore = '', args = {}, target }: Recipe, image: string) {
  const found = await findFiles(image)
  const isIgnored = parseDockerIgnore(context, dockerignore)
  const inference = inferSync({
    dockerfile,
    name: 'Dockerfile',
    args,
    ...(target !== undefined && { target }),
    isIgnored: file => isIgnored(path.join(context, file), false),
    exists: file => files.includes(file),
  })
  const wrong: string[] = []
  const synced: string[] = []
  for (const file of files) {
    const decision = inference.decide(file)
    const targets = found.get(file) ?? []
    const isRight =
      decision.kind === 'rebuild' || targets.join() === (decision.kind === 'sync' ? decision.target : '')
    if (!isRight) wrong.push(`${decision.reason}; really: ${targets.join(', ') || 'nowhere'}`)
    if (decision.kind === 'sync') synced.push(file)
  }
  return { wrong, synced, found }
}

const source = fc.constantFrom(
  ...[
    '.',
    'src',
    'src/',
    './web',
    'src/lib',
    'packages',
    'packages/one',
    'docs',
    'a.txt',
    'b.txt',
    'index.html',
  ],
  ...[
    'web/index.html',
    'package.json',
    '*.txt',
    'package*.json',
    's*',
    'src/*',
    'src/lib/*.js',
    '*/index.html',
    '.h*',
  ],
)
const destination = fc.constantFrom(
  ...[
    '.',
    './',
    '/',
    '/app',
    '/app/',
    'lib',
    'lib/',
    '../up/',
    '/app/lib',
    '/a.txt',
    'b.txt',
    '/app/index.html',
    '/etc',
  ],
  ...['$D', '$D/', '${N:-none}/', '/f/./g/'],
)
const stageDestination = fc.constantFrom('/app', '/app/', '/', '.', '/got/', 'lib')
const copy = fc.oneof(
  fc.tuple(source, destination).map(([from, to]) => `COPY ${from} ${to}`),
  fc.tuple(source, source, destination).map(([one, two, to]) => `ADD ["${one}", "${two}", "${to}/"]`),
)
const other = fc.constantFrom(
  ...['WORKDIR /app', 'WORKDIR lib', 'WORKDIR /', 'ENV D=/app/data', 'ENV D=rel', 'ARG N=arg', 'USER 1000'],
  ...[
    'RUN true',
    'RUN mkdir -p /app/x && touch /app/y',
    'RUN rm -rf /app/lib',
    'RUN cd /app; ls',
    'RUN mv /app /moved',
  ],
  ...[
    'RUN chown -R 1 /',
    'RUN cp -r /app /copy',
    'RUN ["/bin/rm", "-f", "/a.txt"]',
    'RUN echo a.txt >/dev/null 2>&1',
  ],
)
const steps = fc.array(fc.oneof({ weight: 3, arbitrary: copy }, other), { minLength: 1, maxLength: 6 })
const randomDockerfile = fc
  .tuple(steps, fc.option(fc.tuple(fc.constantFrom('one', 'busybox'), source, stageDestination, steps)))
  .map(([first, second]) => {
    const one = ['FROM busybox AS one', ...first]
    if (!second) return one.join('\n')
    const [base, from, to, rest] = second
    const path = from === '.' ? '/app' : `/app/${from}`
    return [...one, `FROM ${base}`, ...rest, `COPY --from=one ${path} ${to}`, 'COPY docs/y.md /end/'].join(
      '\n',
    )
  })

function contentOf(file: string): string {
  return `devloop context file: ${file}`
}

/** Builds with the real builder, and unpacks the image. */
async function build({ dockerfile, dockerignore = '', args = {}, target }: Recipe) {
  await writeFile(path.join(context, '.dockerignore'), `.dockerignore\n${dockerignore}`)
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-e2e-image-'))
  const recipe = `${folder}.Dockerfile`
  await writeFile(recipe, dockerfile)
  const outcome = await exec({
    command: 'docker',
    args: [
      'build',
      '--file',
      recipe,
      ...(target === undefined ? [] : ['--target', target]),
      ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      '--output',
      `type=local,dest=${folder}`,
      context,
    ],
    env: { DOCKER_BUILDKIT: '1' },
    signal: AbortSignal.timeout(60_000),
  })
  return {
    folder,
    failure: outcome.status === 'succeeded' ? undefined : JSON.stringify(outcome, undefined, 2),
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true })
      await rm(recipe, { force: true })
    },
  }
}

/** Where each file of the context lies in the image. */
async function findFiles(image: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>()
  for (const entry of await readdir(image, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const place = path.join(entry.parentPath, entry.name)
    const file = /^devloop context file: (.*)$/.exec(await readFile(place, 'latin1'))?.[1]
    if (file === undefined) continue
    const name = Buffer.from(file, 'latin1').toString()
    found.set(name, [...(found.get(name) ?? []), place.slice(image.length)].sort())
  }
  return found
}
