import { readFileSync } from 'node:fs'
import path from 'node:path'
import { filesUnder, type ImageRequest, makeImage, serverScript, watcherScript } from './image.ts'
import { filesIn } from './javac.ts'

/** What goes into an image: folders of the module that becomes one, and modules that it depends on. */
export interface Application {
  /** Whether the build sets BP_LIVE_RELOAD_ENABLED, as the examples do with `-Plive`. */
  readonly isWatched: boolean
  readonly classes: string
  readonly resources: string
  readonly libraries: readonly string[]
}

/** As Spring's buildpacks lay it out, unpacked; every image of theirs is of the same second. */
export function makeBuildpackImage(
  name: string,
  { classes, resources, libraries, isWatched }: Application,
): void {
  makeImage({
    name,
    created: '1980-01-01T00:00:01Z',
    entrypoint: [isWatched ? '/cnb/process/reload' : '/cnb/process/web'],
    files: new Map([
      ['/cnb/process/web', { bytes: serverScript(['/workspace/BOOT-INF/classes']), isExecutable: true }],
      ['/cnb/process/reload', { bytes: watcherScript('/workspace', '/cnb/process/web'), isExecutable: true }],
      ...filesUnder(resources, '/workspace/BOOT-INF/classes'),
      ...filesUnder(classes, '/workspace/BOOT-INF/classes'),
      ...jars(libraries, '/workspace/BOOT-INF/lib'),
    ]),
  })
}

/** As Jib lays it out; its images have no time at all. */
export function makeJibImage(name: string, { classes, resources, libraries }: Application): void {
  makeImage({
    name,
    created: '1970-01-01T00:00:00Z',
    entrypoint: ['java', '-cp', '@/app/jib-classpath-file', 'com.example.Application'],
    files: new Map([
      ['/bin/java', { bytes: serverScript(['/app/resources', '/app/classes']), isExecutable: true }],
      ['/app/jib-classpath-file', { bytes: Buffer.from('/app/resources:/app/classes:/app/libs/*') }],
      // Where a tool writes both into one folder, Jib takes them apart.
      ...filesUnder(resources, '/app/resources', file => !file.endsWith('.class')),
      ...filesUnder(classes, '/app/classes', file => file.endsWith('.class')),
      ...jars(libraries, '/app/libs'),
    ]),
  })
}

/** Each module's sources as one file: another source is another jar. */
function jars(modules: readonly string[], target: string): ImageRequest['files'] {
  return new Map(
    modules.map(module => {
      const sources = path.join(module, 'src/main')
      const bytes = Buffer.concat(filesIn(sources).map(file => readFileSync(path.join(sources, file))))
      return [`${target}/${path.basename(module)}.jar`, { bytes }] as const
    }),
  )
}
