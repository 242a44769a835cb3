import { createServer } from 'node:net'
import { enterSandbox } from '../../src/sandbox/inside.ts'

/** A stand-in for the sandbox's server, as `launch.test.ts` starts it: what it does first is its argument. */
const inside = await enterSandbox(process.env)
if (!inside) throw new Error('only for launch')
switch (process.argv[2]) {
  case 'crash':
    process.stderr.write('it went wrong\n')
    process.exit(1)
    break
  case 'refuse':
    inside.refuse({ code: 'sandbox/start', message: 'no certificate', cure: 'Make one.' })
    break
  case 'hang':
    break
  default: {
    // A service's address: only in the pods' network it can be listened at.
    createServer(socket => socket.end('from a service')).listen(8080, '10.96.3.4')
    const answer = `from ${process.pid}`
    createServer(socket => socket.end(answer)).listen({ fd: inside.listeners[0] ?? -1 }, () => inside.ready())
    process.on('SIGTERM', () => process.exit(0))
  }
}
setInterval(() => {}, 60_000)
