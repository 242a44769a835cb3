import { connect } from 'node:net'
import type { ControlAddress } from './address.ts'

/** Whether a process listens at the address; one that was killed leaves a socket at which nobody does. */
export function isAnswered({ path }: ControlAddress): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    const settle = (isThere: boolean) => {
      socket.destroy()
      resolve(isThere)
    }
    // The kernel answers, even for a process that is stopped: either is there at once.
    socket.once('connect', () => settle(true))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // Its queue is full, which only somebody's can be.
      settle(error.code === 'EAGAIN')
    })
  })
}
