import { createServer, type Server } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { parsePortRule } from '../../../src/config/ports.ts'
import type { Project } from '../../../src/model/project.ts'
import { examinePorts } from '../../../src/session/doctor/ports.ts'

const servers: Server[] = []
afterEach(() => {
  vi.useRealTimers()
  return closeAll()
})

test('a free port is told as free, and stays free', async () => {
  const port = await openPort()
  await closeAll()
  const wanted = servicesWith({ web: [`${port}:http`] })
  expect(await examinePorts(wanted, undefined)).toEqual([
    { topic: 'ports', state: 'good', text: `${port} free` },
  ])
  expect(await examinePorts(wanted, undefined)).toMatchObject([{ state: 'good' }])
})

test('a taken port is told with who holds it, whose it should be, and another one that nobody else needs', async () => {
  // On a busy machine the search would be given up.
  vi.useFakeTimers({ toFake: ['Date'] })
  const port = await openPort()
  const findings = await examinePorts(
    servicesWith({ web: [`${port + 1}:http`], api: [`${port}:8000`] }),
    undefined,
  )
  const finding = findings.find(({ text }) => text.startsWith(`Port ${port} `))
  expect(finding?.text).toMatch(new RegExp(`^Port ${port} is taken by .+\\. api wants it\\.$`))
  if (process.platform === 'linux') expect(finding?.text).toContain(`(pid ${process.pid})`)
  expect(finding?.cure).toContain('in services.api.ports')
  expect(finding?.cure).not.toContain(`'${port + 1}:`)
})

test('what the running devloop up holds is in order', async () => {
  const port = await openPort()
  const rule = `${port}:http`
  expect(await examinePorts(servicesWith({ web: [rule] }), { pid: 42, ports: [rule] })).toEqual([
    { topic: 'ports', state: 'good', text: `${port} held by the devloop up that runs (pid 42)` },
  ])
})

test('a project without ports says nothing of them', async () => {
  expect(await examinePorts(servicesWith({ web: [] }), undefined)).toEqual([])
})

/** Listens on a port that the system chooses. */
function openPort(): Promise<number> {
  const server = createServer()
  servers.push(server)
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
}

async function closeAll(): Promise<void> {
  await Promise.all(servers.splice(0).map(server => new Promise(resolve => server.close(resolve))))
}

function servicesWith(ports: Readonly<Record<string, readonly string[]>>): Pick<Project, 'services'> {
  const services = Object.entries(ports).map(([name, rules]) => ({
    name,
    manifests: [],
    dependsOn: [],
    ports: rules.flatMap(text => {
      const rule = parsePortRule(text)
      return rule.ok ? [rule.value] : []
    }),
  }))
  return { services }
}
