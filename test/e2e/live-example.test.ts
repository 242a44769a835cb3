import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { isLive, startUp } from './devloop.ts'
import { freePort } from './project.ts'
import { openRealCluster } from './real-cluster.ts'

const example = path.resolve(import.meta.dirname, '../../examples/live')

test('examples/live: each of its services serves an edit without a new image, in its own way', async () => {
  await using real = await openRealCluster('live-example')
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-e2e-live-'))
  try {
    await cp(example, folder, { recursive: true })
    const ports = { api: await freePort(), site: await freePort(), web: await freePort() }
    const devfile = (await readFile(path.join(folder, 'Devfile.ts'), 'utf8'))
      .replace("name: 'live'", `name: 'live-${process.pid}', namespace: '${real.namespace}'`)
      .replace('8081:', `${ports.api}:`)
      .replace('8082:', `${ports.site}:`)
      .replace('8083:', `${ports.web}:`)
    await writeFile(path.join(folder, 'Devfile.ts'), devfile)
    const env = { KUBECONFIG: process.env.DEVLOOP_E2E_KUBECONFIG ?? '' }
    await using up = startUp({ cwd: folder, env })
    for (const service of ['api', 'site', 'web']) {
      up.rewind()
      await up.next(isLive(service))
    }
    const builds = () => up.lines.filter(line => line.type === 'task-started' && line.task.kind === 'build')
    expect(builds()).toHaveLength(3)

    for (const [service, file, before] of [
      ['api', 'api/src/orders.js', /coffee/],
      ['site', 'site/public/index.html', /<h1>[^<]*/],
      ['web', 'web/pages/home.py', /Hello/],
    ] as const) {
      const text = await readFile(path.join(folder, file), 'utf8')
      expect(text).toMatch(before)
      const word = `edited-${service}`
      await writeFile(
        path.join(folder, file),
        text.replace(before, match => (match.startsWith('<') ? `<h1>${word}` : word)),
      )
      await expect
        .poll(async () => (await fetch(`http://localhost:${ports[service]}/`)).text().catch(() => ''), {
          timeout: 20_000,
          interval: 50,
        })
        .toContain(word)
    }
    expect(builds()).toHaveLength(3)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
