import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A project to be looked at: four services that have something to say. */
export interface Shop extends AsyncDisposable {
  readonly folder: string
  write(file: string, text: string): Promise<void>
}

const services = ['catalog', 'orders', 'payments', 'storefront']
const firstPort = 8180

export async function makeShop(): Promise<Shop> {
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-shop-'))
  const write = async (file: string, text: string) => {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
    await writeFile(path.join(folder, file), text)
  }
  await write('Devfile.ts', devfile)
  for (const name of services) {
    await write(`${name}/Dockerfile`, dockerfile())
    await write(`${name}/src/server.js`, server(name))
    await write(`k8s/${name}.yaml`, manifest(name))
  }
  return { folder, write, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

/** @param step a step more, such as `RUN npm run lint` */
export function dockerfile(step = 'RUN echo "installing 214 packages"'): string {
  return [
    'FROM node:20-alpine',
    'WORKDIR /app',
    // What was built for the last pictures would be taken from the cache, and take no time.
    `ENV PICTURED_AT=${Date.now()}`,
    step,
    'COPY --chown=node:node src ./src',
    'USER node',
    'CMD ["node", "src/server.js"]',
    '',
  ].join('\n')
}

const devfile = `import { defineDevfile, docker } from 'devloop'

export default defineDevfile({
  name: 'shop',
  namespace: 'shop',
  images: {
${services.map(name => `    'shop/${name}': docker({ context: '${name}' }),`).join('\n')}
  },
  services: {
${services
  .map((name, index) => {
    const dependsOn = index === 0 ? '' : `, dependsOn: ['catalog']`
    return `    ${name}: { manifests: 'k8s/${name}.yaml', ports: ['${firstPort + index}:http']${dependsOn} },`
  })
  .join('\n')}
  },
})
`

/** Says as much as a service in use. */
function server(name: string): string {
  return `import { createServer } from 'node:http'

const paths = ['/', '/cart', '/items/42', '/items/7', '/checkout', '/orders/1093']
let count = 0
createServer((_request, response) => response.end('${name}\\n')).listen(3000)
console.log('listening on 3000')
setInterval(() => {
  count++
  const took = (count * 37) % 91
  const line = { level: 30, msg: 'request served', method: 'GET', path: paths[count % paths.length], status: 200, ms: took }
  if (count % 9 === 0) Object.assign(line, { level: 40, msg: 'slow answer of the database', ms: 900 + took })
  if (count % 17 === 0) Object.assign(line, { level: 50, msg: 'payment refused: card expired', status: 402 })
  console.log(JSON.stringify(line))
}, 150)
process.on('SIGTERM', () => process.exit(0))
`
}

function manifest(name: string): string {
  const namespace =
    name === 'catalog' ? 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\n' : ''
  return `${namespace}apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${name === 'storefront' ? 2 : 1}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: ${name}
          image: shop/${name}
          ports: [{ name: http, containerPort: 3000 }]
          readinessProbe: { httpGet: { path: /, port: http }, periodSeconds: 1 }
`
}
