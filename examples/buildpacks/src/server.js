import { createServer } from 'node:http'
import packageJson from '../package.json' with { type: 'json' }
import { quote } from './quote.js'

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  response.end(`${quote}\n${packageJson.name} ${packageJson.version}\n`)
})

server.listen(process.env.PORT ?? 8080)

process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
