import type { Cluster } from '../../src/cluster/connect.ts'
import type { Way } from './way.ts'

/** devloop's way without a registry: layers that the node lacks go straight into its runtime. */
export function importWay({ provider }: Cluster): Way {
  const way = provider(false)
  return {
    name: 'import',
    counted: 'as devloop says it, to 0.1 MB',
    async send(reference) {
      let megabytes: number | undefined
      const onLine = (line: string) => {
        const sent = /^sent \d+ of \d+ layers, ([\d.]+) MB/.exec(line)?.[1]
        if (sent !== undefined) megabytes = Number(sent)
      }
      const begun = performance.now()
      const loaded = await way.load(reference, { signal: new AbortController().signal, onLine })
      const tookMs = performance.now() - begun
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure))
      if (megabytes === undefined) throw new Error('it is not known what was sent')
      return { tookMs, bytes: megabytes * 1_000_000 }
    },
    async [Symbol.asyncDispose]() {},
  }
}
