import { createHash } from 'node:crypto'
import { hashHostFile, lookAt } from './host-file.ts'
import type { Content } from './reconcile.ts'

/** The checksums that both a container and this machine can make. */
export type Algorithm = 'sha256' | 'md5'

/** What the disk holds at a path now. What is no readable file is the same as no file of a container's. */
export async function readHostContent(path: string, algorithm: Algorithm): Promise<Content | undefined> {
  const entry = await lookAt(path)
  switch (entry.kind) {
    case 'file': {
      const checksum = (await hashHostFile(path, algorithm)) ?? 'unreadable'
      return { checksum, isExecutable: isExecutable(entry.mode) }
    }
    case 'link':
      return { checksum: `link to ${entry.destination}`, isExecutable: false }
    case 'folder':
    case 'unreadable':
      return { checksum: entry.kind, isExecutable: false }
    case 'gone':
      return undefined
    default:
      return entry satisfies never
  }
}

export function contentOf(bytes: Uint8Array, mode: number, algorithm: Algorithm): Content {
  return { checksum: digest(bytes, algorithm), isExecutable: isExecutable(mode) }
}

export function digest(bytes: Uint8Array, algorithm: Algorithm): string {
  return createHash(algorithm).update(bytes).digest('hex')
}

function isExecutable(mode: number): boolean {
  return (mode & 0o100) !== 0
}
