// `ctr images import`, as the stand-in beside it needs it. As the real one, it makes the image before it unpacks it, unpacks the
// layers whose chain it lacks, and needs the contents of those alone.
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { chainIds } from '../../../src/cluster/image-layers.ts'
import { readArchive } from '../../../src/util/tar-reader.ts'

const node = `${process.env.TOOLS}/${process.env.NODE}`
/** @param {string} line */
const log = line => appendFileSync(`${process.env.TOOLS}/log`, `${process.env.NODE} ${line}\n`)

/**
 * @param {string} message
 * @returns {never}
 */
function stop(message) {
  process.stderr.write(`ctr: ${message}\n`)
  process.exit(1)
}

/** @type {Map<string, Buffer>} */
const contents = new Map()
/** @type {Map<string, Buffer>} */
const files = new Map()
try {
  for await (const entry of readArchive(process.stdin)) {
    const pieces = []
    for await (const piece of entry.blocks()) pieces.push(piece)
    const bytes = Buffer.concat(pieces).subarray(0, entry.size)
    contents.set(`sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes)
    files.set(entry.name, bytes)
  }
} catch {
  stop('archive/tar: unexpected EOF')
}
if (existsSync(`${node}-full`)) stop('write /var/lib/containerd/ingest/1/data: no space left on device')
if (!files.has('oci-layout')) stop('unrecognized image format')

/** @param {Buffer | undefined} bytes */
const json = bytes => JSON.parse(`${bytes}`)
const [described] = json(files.get('index.json')).manifests
const manifest = json(contents.get(described.digest))
const config = json(contents.get(manifest.config.digest))
/** @type {string[]} */
const layers = manifest.layers.map((/** @type {{ digest: string }} */ layer) => layer.digest)
appendFileSync(`${node}-images`, `${described.annotations['io.containerd.image.name']}\n`)
log(`got ${layers.map(digest => (contents.has(digest) ? 'layer' : '-')).join(' ')}`)

if (existsSync(`${node}-collects`)) {
  rmSync(`${node}-collects`)
  writeFileSync(`${node}-chains`, '')
}
if (existsSync(`${node}-hangs`)) {
  log(`unpacks ${process.pid}`)
  await new Promise(() => setInterval(() => {}, 1_000))
}
const chains = readFileSync(`${node}-chains`, 'utf8').split('\n')
for (const [position, chain] of chainIds(config.rootfs.diff_ids).entries()) {
  const digest = layers[position] ?? ''
  if (chains.includes(chain)) continue
  if (!contents.has(digest)) stop(`failed to extract layer ${digest}: content not found`)
  appendFileSync(`${node}-chains`, `${chain}\n`)
  appendFileSync(`${node}-contents`, `${digest} ${config.rootfs.diff_ids[position]}\n`)
}
