import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { LogsRequest } from '../../src/control/logs.ts'
import type { JsonLine } from '../../src/feed/lines.ts'
import { type LogLevel, type LogLine, logTimestamp } from '../../src/model/log.ts'
import { createRig, type Rig } from './rig.ts'

const sourceOf = (service: string) => ({
  service,
  namespace: 'shop',
  pod: `${service}-1`,
  container: service,
})
const [web, api] = [sourceOf('web'), sourceOf('api')]

function line(source: LogLine['source'], text: string, level?: LogLevel, at = Date.now()): LogLine {
  return { time: logTimestamp(at), source, text, ...(level && { level }) }
}

const all: LogsRequest = { services: [], follow: false }

async function read({ client }: Rig, request: LogsRequest, signal = new AbortController().signal) {
  const lines: LogLine[] = []
  const result = await client.logs(
    request,
    {
      onLines: more => void lines.push(...more),
      onMissed(missed) {
        throw new Error(`${missed} lines were missed`)
      },
    },
    signal,
  )
  return { result, texts: lines.map(({ text }) => text), lines }
}

describe('the logs of a running up', () => {
  test('are given as it has them, with level, original and pod', async () => {
    const rig = await createRig()
    const said = [line(web, 'GET /'), { ...line(api, 'no database', 'error'), raw: '{"msg":"no database"}' }]
    rig.logs.add(said)
    expect(await read(rig, all)).toMatchObject({ result: { ok: true }, lines: said })
  })

  test('are filtered by service, by level and by age', async () => {
    const rig = await createRig()
    rig.logs.add([
      line(api, 'old', 'info', Date.now() - 60_000),
      line(web, 'started', 'info'),
      line(api, 'slow', 'warn'),
      line(api, 'broken', 'fatal'),
      line(web, 'no level'),
    ])
    expect((await read(rig, { ...all, services: ['web'] })).texts).toEqual(['started', 'no level'])
    expect((await read(rig, { ...all, level: 'warn' })).texts).toEqual(['slow', 'broken'])
    expect((await read(rig, { ...all, services: ['api'], sinceMs: 30_000 })).texts).toEqual([
      'slow',
      'broken',
    ])
    expect((await read(rig, { ...all, sinceMs: 0 })).texts).toEqual([])
  })

  test('go on as they come, until the reader or up ends', async () => {
    const rig = await createRig()
    rig.logs.add([line(web, 'before')])
    const leave = new AbortController()
    const texts: string[] = []
    const wake = new EventTarget()
    const follow = (request: LogsRequest, signal: AbortSignal) =>
      rig.client.logs(
        request,
        {
          onLines(lines) {
            texts.push(...lines.map(({ text }) => text))
            wake.dispatchEvent(new Event('lines'))
          },
          onMissed: () => {},
        },
        signal,
      )
    const left = follow({ ...all, follow: true }, leave.signal)
    await once(wake, 'lines')
    rig.logs.add([line(web, 'after')])
    await once(wake, 'lines')
    expect(texts).toEqual(['before', 'after'])
    leave.abort()
    expect(await left).toMatchObject({ ok: true })

    const ended = follow({ ...all, follow: true }, new AbortController().signal)
    await once(wake, 'lines')
    await rig.end()
    expect(await ended).toMatchObject({ ok: true })
  })

  test('of a service that there is not are refused, with the one that was meant', async () => {
    const rig = await createRig()
    expect((await read(rig, { ...all, services: ['wep'] })).result).toMatchObject({
      ok: false,
      failure: { code: 'control/unknown-service', cure: 'Did you mean web?' },
    })
  })
})

test('a reader who does not read makes up keep nothing for it, and is told how much it has missed', async () => {
  const rig = await createRig()
  const response = await slowReader(rig)
  const batches = 400
  for (let batch = 0; batch < batches; batch++) {
    rig.logs.add(
      Array.from({ length: 100 }, (_, index) => line(web, `${batch * 100 + index} ${'x'.repeat(200)}`)),
    )
    // Others are served meanwhile.
    if (batch % 50 === 0) expect(await rig.client.status()).toMatchObject({ ok: true })
  }
  const total = batches * 100
  let [seen, missed, rest, last] = [0, 0, '', -1]
  response.setEncoding('utf8').resume()
  for await (const part of response) {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      const one = JSON.parse(text) as JsonLine
      if (one.type === 'logs-missed') missed += one.lines
      if (one.type !== 'log') continue
      seen++
      last = Number(one.text.split(' ')[0])
    }
    if (last === total - 1) break
  }
  expect(seen + missed).toBe(total)
  expect(missed).toBeGreaterThan(total / 2)
})

async function slowReader({ address }: Rig): Promise<IncomingMessage> {
  const request = httpRequest({
    socketPath: address.path,
    method: 'POST',
    path: '/v1/logs',
    agent: false,
  })
  request.end(JSON.stringify({ follow: true }))
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.pause()
  return response
}
