// npm run bench:containerd: how long an image takes from the engine into a node that has a runtime of its own, and how
// many bytes are sent for it, on each way. The image has 200 MB, of which an edit changes one small file. Prints a table,
// and writes bench/results/loading.json.
import { openRealCluster } from '../test/e2e/real-cluster.ts'
import { importWay } from './loading/import.ts'
import { kindWay } from './loading/kind.ts'
import { largeImage } from './loading/large-image.ts'
import { registryWay } from './loading/registry.ts'
import type { Way } from './loading/way.ts'
import { median, type Row, report, row } from './report.ts'

const rounds = 5
const megabyte = 1_000_000
/** How much faster than `kind load` the registry is to be, which devloop takes where there is one. */
const factor = 3

interface Times {
  readonly seconds: readonly number[]
  readonly megabytes: readonly number[]
}

await using real = await openRealCluster('bench-loading')
await using image = await largeImage()
await using registry = await registryWay(real)
await using imports = importWay(real.cluster)
await using kind = kindWay(real.cluster.context)

const byRegistry = await time(registry)
const byImport = await time(imports)
const byKind = await time(kind)
const rows: readonly Row[] = [
  ...rowsOf(registry, byRegistry, median(byKind.seconds) / factor, 1),
  ...rowsOf(imports, byImport, Number.NaN, 1),
  ...rowsOf(kind, byKind, Number.NaN, Number.NaN),
  {
    what: 'kind load ÷ registry',
    unit: '×',
    value: median(byKind.seconds) / median(byRegistry.seconds),
    target: Number.NaN,
  },
]
await report(rows, 'loading')

/** The first round sends everything, so that the others find what an edit finds. */
async function time(way: Way): Promise<Times> {
  const seconds: number[] = []
  const megabytes: number[] = []
  for (let round = 0; round <= rounds; round++) {
    process.stderr.write(`${way.name}, ${round === 0 ? 'the whole image' : `edit ${round} of ${rounds}`}\n`)
    // Each way has images of its own: what the node already has is not sent.
    const { tookMs, bytes } = await way.send(await image.build(`${way.name} ${round}`))
    if (round === 0) continue
    seconds.push(tookMs / 1_000)
    megabytes.push(bytes / megabyte)
  }
  return { seconds, megabytes }
}

function rowsOf(
  { name, counted }: Way,
  { seconds, megabytes }: Times,
  most: number,
  mostMegabytes: number,
): readonly Row[] {
  return [
    row(`one file of a 200 MB image → in the node, by ${name}`, 's', seconds, most),
    row(`  sent for it (${counted})`, 'MB', megabytes, mostMegabytes),
  ]
}
