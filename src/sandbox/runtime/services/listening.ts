import type { EventEmitter } from 'node:events'

/** Waits until something listens; rejects with what it is refused for. */
export function listening(server: EventEmitter, error: 'error', listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once(error, reject)
    server.once('listening', () => {
      server.off(error, reject)
      resolve()
    })
    listen()
  })
}
