import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type TarEntry, tarArchive } from '../../../src/util/tar.ts'
import { filesIn } from './javac.ts'

export interface ImageRequest {
  readonly name: string
  /** The same for every image of a kind, so that the same content is the same image. */
  readonly created: string
  readonly entrypoint: readonly string[]
  /** By absolute path in the image. */
  readonly files: ReadonlyMap<string, { readonly bytes: Uint8Array; readonly isExecutable?: boolean }>
}

const base = 'busybox'
const maxBytes = 256 * 1024 * 1024

/** Puts a layer of files on busybox, and gives the image to the engine: really, but without a build. */
export function makeImage({ name, created, entrypoint, files }: ImageRequest): void {
  const saved = readTar(execFileSync('docker', ['save', base], { maxBuffer: maxBytes }))
  const read = (file: string) => saved.get(file) ?? new Uint8Array()
  const parse = (file: string) => JSON.parse(Buffer.from(read(file)).toString('utf8'))
  const [manifest] = parse('manifest.json') as { Config: string; Layers: string[] }[]
  if (!manifest) throw new Error(`docker save ${base} gave no manifest`)
  const layer = tarArchive(
    [...files].map(([file, { bytes, isExecutable }]) =>
      entry(file.slice(1), bytes, isExecutable ? 0o755 : 0o644),
    ),
  )
  const config = parse(manifest.Config)
  config.created = created
  config.config = { ...config.config, Entrypoint: entrypoint, Cmd: null }
  config.rootfs.diff_ids.push(`sha256:${createHash('sha256').update(layer).digest('hex')}`)
  config.history = [...(config.history ?? []), { created, created_by: 'a stand-in of a build tool' }]
  const layers = manifest.Layers.map((file, index) => ({ file: `${index}.tar`, bytes: read(file) }))
  const loaded = tarArchive([
    ...layers.map(({ file, bytes }) => entry(file, bytes)),
    entry('own.tar', layer),
    entry('config.json', Buffer.from(JSON.stringify(config))),
    entry(
      'manifest.json',
      Buffer.from(
        JSON.stringify([
          { Config: 'config.json', RepoTags: [name], Layers: [...layers.map(({ file }) => file), 'own.tar'] },
        ]),
      ),
    ),
  ])
  execFileSync('docker', ['load', '--quiet'], { input: loaded, stdio: ['pipe', 'ignore', 'inherit'] })
}

/** The files of a folder, under another one. */
export function filesUnder(
  folder: string,
  target: string,
  isWanted: (file: string) => boolean = () => true,
): ImageRequest['files'] {
  return new Map(
    filesIn(folder)
      .filter(isWanted)
      .map(file => [`${target}/${file}`, { bytes: readFileSync(path.join(folder, file)) }] as const),
  )
}

/**
 * A web server for the image: like a JVM, it loads its classes once, when it starts. It serves what is in `static`, the classes below
 * `/classes/`, and Spring's two health groups, on the port that Spring takes from SERVER_PORT.
 */
export function serverScript(folders: readonly string[]): Uint8Array {
  return Buffer.from(`#!/bin/sh
rm -rf /tmp/loaded
mkdir -p /tmp/loaded/classes /tmp/loaded/actuator/health
${folders.map(folder => `cp -r ${folder}/. /tmp/loaded/classes 2>/dev/null`).join('\n')}
cp -r /tmp/loaded/classes/static/. /tmp/loaded 2>/dev/null
for group in liveness readiness; do echo '{"status":"UP"}' >/tmp/loaded/actuator/health/$group; done
exec httpd -f -p "\${SERVER_PORT:-8080}" -h /tmp/loaded
`)
}

/** As `watchexec --restart`: runs a command, and starts it again when a file of a folder changes. */
export function watcherScript(folder: string, command: string): Uint8Array {
  return Buffer.from(`#!/bin/sh
sum() { find ${folder} -type f -exec md5sum {} + | md5sum; }
trap 'kill $pid; exit' TERM
while :; do
  seen=$(sum)
  ${command} &
  pid=$!
  while kill -0 $pid 2>/dev/null && [ "$(sum)" = "$seen" ]; do sleep 0.2; done
  kill $pid 2>/dev/null
  wait $pid
done
`)
}

function entry(file: string, bytes: Uint8Array, mode = 0o644): TarEntry {
  const folder = path.posix.dirname(file)
  return {
    name: { prefix: Buffer.from(folder === '.' ? '' : folder), name: Buffer.from(path.posix.basename(file)) },
    bytes,
    mode,
  }
}

/** The regular files of an archive. */
function readTar(archive: Buffer): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  const text = (from: number, length: number) =>
    archive.toString('utf8', from, from + length).replace(/\0.*$/s, '')
  for (let offset = 0; offset + 512 <= archive.length && archive[offset] !== 0; ) {
    const size = Number.parseInt(text(offset + 124, 12), 8)
    const prefix = text(offset + 345, 155)
    const name = text(offset, 100)
    files.set(prefix === '' ? name : `${prefix}/${name}`, archive.subarray(offset + 512, offset + 512 + size))
    offset += 512 + Math.ceil(size / 512) * 512
  }
  return files
}
