import { execa } from 'execa'
import type { Way } from './way.ts'

/** What users of kind do by hand. It saves the whole image to a file, and sends that. */
export function kindWay(context: string): Way {
  const cluster = context.replace(/^kind-/, '')
  return {
    name: 'kind load',
    counted: 'the size of docker save',
    async send(reference) {
      const begun = performance.now()
      await execa('kind', ['load', 'docker-image', reference, '--name', cluster])
      return { tookMs: performance.now() - begun, bytes: await savedBytes(reference) }
    },
    async [Symbol.asyncDispose]() {},
  }
}

async function savedBytes(reference: string): Promise<number> {
  let bytes = 0
  const save = execa('docker', ['save', reference], { encoding: 'buffer', buffer: false })
  for await (const chunk of save.iterable({ from: 'stdout', binary: true })) {
    bytes += (chunk as Uint8Array).length
  }
  return bytes
}
