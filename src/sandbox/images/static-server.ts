/**
 * A program that serves the files of a folder on a port, for images of servers that a machine with Node.js alone has not.
 * It is run by the image's own node: `httpd-foreground FOLDER PORT`.
 */
export const staticServer = `#!/usr/bin/env node
const { createServer } = require('node:http')
const { createReadStream, statSync } = require('node:fs')
const path = require('node:path')

const [root, port] = process.argv.slice(2)
const types = {
  css: 'text/css', gif: 'image/gif', htm: 'text/html', html: 'text/html', ico: 'image/x-icon', jpeg: 'image/jpeg', jpg: 'image/jpeg',
  js: 'text/javascript', json: 'application/json', mjs: 'text/javascript', pdf: 'application/pdf', png: 'image/png',
  svg: 'image/svg+xml', txt: 'text/plain', wasm: 'application/wasm', webp: 'image/webp', xml: 'text/xml',
}

createServer((request, response) => {
  const refuse = status => response.writeHead(status, { 'content-type': 'text/plain' }).end(status + '\\n')
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
  const { pathname, search } = new URL(request.url, 'http://localhost')
  let file
  try {
    // A URL has no way out of its root.
    file = path.join(root, decodeURIComponent(pathname))
    if (file.includes('\\0')) return refuse(400)
  } catch {
    return refuse(400)
  }
  if (!file.startsWith(path.join(root, '/'))) return refuse(403)
  let stats = statSync(file, { throwIfNoEntry: false })
  if (stats?.isDirectory()) {
    if (!pathname.endsWith('/')) return response.writeHead(301, { location: path.posix.basename(pathname) + '/' + search }).end()
    file = path.join(file, 'index.html')
    stats = statSync(file, { throwIfNoEntry: false })
  }
  if (!stats?.isFile()) return refuse(404)
  const content = createReadStream(file)
  content.once('error', () => refuse(403))
  content.once('open', () => {
    const type = types[path.extname(file).slice(1).toLowerCase()]
    response.writeHead(200, { ...(type && { 'content-type': type }), 'last-modified': stats.mtime.toUTCString() })
    if (request.method === 'HEAD') return response.end(() => content.destroy())
    content.pipe(response)
  })
}).listen(Number(port))

for (const signal of ['SIGTERM', 'SIGINT', 'SIGWINCH']) process.on(signal, () => process.exit(0))
`
