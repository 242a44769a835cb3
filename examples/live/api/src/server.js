import { createServer } from 'node:http'
import { orders } from './orders.js'

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(`${JSON.stringify(orders)}\n`)
})

server.listen(3000)

// A restart asks with SIGTERM, and waits for those who do not listen.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
