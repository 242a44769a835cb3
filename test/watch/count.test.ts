import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { countWatchedFolders } from '../../src/watch/count.ts'
import { createFileWatcher } from '../../src/watch/watcher.ts'
import { makeFolder } from '../config/folder.ts'

test.runIf(process.platform === 'linux')(
  'as many folders are counted as the watcher takes watches of the system',
  async () => {
    const folder = makeFolder({
      'web/src/a/b.js': '',
      'web/src/c/d.js': '',
      'web/node_modules/e/f.js': '',
      'web/.git/HEAD': '',
      'k8s/web.yaml': '',
    })
    const inputs = [
      {
        id: 'image:web' as const,
        roots: [folder.file('web')],
        ignores: (file: string) => file.includes('node_modules'),
      },
      { id: 'service:web' as const, roots: [folder.file('k8s')] },
    ]
    const before = ownWatches()
    const watcher = createFileWatcher({ onBatch() {}, onFailure() {} })
    await watcher.watch(inputs)
    const taken = ownWatches() - before
    await watcher.close()
    expect(await countWatchedFolders(inputs, new AbortController().signal)).toBe(taken)
    expect(taken).toBe(5)
  },
)

function ownWatches(): number {
  return readdirSync('/proc/self/fd')
    .filter(one => linkOf(`/proc/self/fd/${one}`) === 'anon_inode:inotify')
    .flatMap(one => readFileSync(`/proc/self/fdinfo/${one}`, 'utf8').split('\n'))
    .filter(line => line.startsWith('inotify ')).length
}

/** One may be closed by now. */
function linkOf(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    return ''
  }
}
