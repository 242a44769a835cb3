import { Duplex } from 'node:stream'
import { WebSocket } from 'ws'

/** The binary messages of a WebSocket as one stream of bytes. */
export function webSocketDuplex(socket: WebSocket): Duplex {
  const duplex = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(chunk, () => done())
      else done()
    },
    final: done => {
      socket.close(1000)
      done()
    },
    destroy: (error, done) => {
      socket.terminate()
      done(error)
    },
  })
  socket.on('message', message => {
    if (!duplex.push(message as Buffer)) socket.pause()
  })
  socket.on('close', () => duplex.push(null))
  socket.on('error', () => duplex.destroy())
  return duplex
}
