import type { SiteProject } from '../test/e2e/site.ts'

/** Adds a pod to a project that prints numbered lines, as many as it is told, evenly. The project's image has Node. */
export async function addPrinter({ name, write }: SiteProject): Promise<void> {
  await write('printer.mjs', source)
  await write('k8s/printer.json', JSON.stringify(deployment(`${name}/site`)))
}

export async function print(site: SiteProject, linesPerSecond: number): Promise<void> {
  await site.kubectl('exec', pod, '--', 'sh', '-c', `echo ${linesPerSecond} > ${rateFile}`)
}

/** The number of the last line that was printed. */
export async function lastPrinted(site: SiteProject): Promise<number> {
  const line = await site.kubectl('logs', pod, '--tail=1')
  return Number(/number (\d+)/.exec(line)?.[1])
}

const pod = 'deployment/printer'
const rateFile = '/tmp/lines-per-second'

const source = `import { readFileSync, writeFileSync } from 'node:fs'
writeFileSync('${rateFile}', '0')
let number = 0
let owed = 0
let last = performance.now()
setInterval(() => {
  const now = performance.now()
  owed += (Number(readFileSync('${rateFile}', 'utf8')) * (now - last)) / 1_000
  last = now
  let text = ''
  for (; owed >= 1; owed--) {
    number++
    text += \`INFO  GET /api/items/\${number % 1_000} answered 200 in 12 ms, number \${number}\\n\`
  }
  process.stdout.write(text)
}, 20)
`

function deployment(image: string): object {
  const printer = { name: 'printer', image, command: ['node', 'printer.mjs'] }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'printer' },
    spec: {
      selector: { matchLabels: { app: 'printer' } },
      template: {
        metadata: { labels: { app: 'printer' } },
        spec: { terminationGracePeriodSeconds: 0, containers: [printer] },
      },
    },
  }
}
