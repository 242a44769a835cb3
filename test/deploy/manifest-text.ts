import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type ManifestObject, readManifests } from '../../src/deploy/manifests.ts'

/** What devloop reads from a manifest with this text, as the file `web.yaml` of a folder that is gone again. */
export async function objectsOf(text: string): Promise<readonly ManifestObject[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-manifest-'))
  try {
    const file = path.join(folder, 'web.yaml')
    await writeFile(file, text)
    const read = await readManifests([file])
    if (!read.ok) throw new Error(read.failure.message)
    return read.value
  } finally {
    await rm(folder, { recursive: true })
  }
}
