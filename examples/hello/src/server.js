import { createServer } from 'node:http'
import { greeting } from './greeting.js'

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  response.end(`${greeting}\n`)
})

server.listen(process.env.PORT ?? 3000, () => {
  process.stdout.write('Edit examples/hello/src/greeting.js, save, and load http://localhost:8080 again.\n')
})

// Kubernetes asks with SIGTERM, and waits 30 seconds for those who do not listen.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
