import { createCipheriv } from 'node:crypto'
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execa } from 'execa'

/** An image of 200 MB that no compression makes smaller, with one small file in a layer of its own on top. */
export interface LargeImage extends AsyncDisposable {
  /** Builds it with other text in the small file. Gives the reference. */
  build(text: string): Promise<string>
}

const layers = 4
const layerBytes = 50_000_000

export async function largeImage(): Promise<LargeImage> {
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-bench-loading-'))
  const name = `bench-loading-${process.pid}/large`
  const built: string[] = []
  const files = Array.from({ length: layers }, (_, layer) => `layer-${layer}.bin`)
  const lines = ['FROM busybox', ...[...files, 'edited.txt'].map(file => `COPY ${file} /data/`)]
  await writeFile(path.join(folder, 'Dockerfile'), `${lines.join('\n')}\nCMD ["sleep", "3600"]\n`)
  for (const [layer, file] of files.entries()) {
    await writeFile(path.join(folder, file), noise(layer))
    // The layers are the same in each run, so that runs do not fill the node and the registry.
    await utimes(path.join(folder, file), 0, 0)
  }
  return {
    async build(text) {
      const reference = `${name}:devloop-${built.length}`
      await writeFile(path.join(folder, 'edited.txt'), `${text} ${Date.now()}\n`)
      await execa('docker', ['build', '--quiet', '--tag', reference, folder], {
        env: { DOCKER_BUILDKIT: '1' },
      })
      built.push(reference)
      return reference
    },
    async [Symbol.asyncDispose]() {
      await execa('docker', ['image', 'rm', ...built], { reject: false })
      await rm(folder, { recursive: true })
    },
  }
}

/** The same for the same number: the key stream of a cipher. */
function noise(number: number): Buffer {
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, number + 1), Buffer.alloc(16))
  return cipher.update(Buffer.alloc(layerBytes))
}
