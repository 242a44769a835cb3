import { describe, expect, test } from 'vitest'
import type { JsonLine } from '../../src/feed/lines.ts'
import { createRig } from './rig.ts'

const limits = { maxBodyBytes: 1_000, maxHeaderBytes: 2_000, maxConnections: 8, requestMs: 200 }

describe('a request that is not as it should be gets an error and changes nothing', () => {
  const post = (path: string, body: string, headers = '') =>
    `POST ${path} HTTP/1.1\r\nHost: up\r\nConnection: close\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

  test.each([
    ['no JSON', post('/v1/disable', '{"services":'), 400],
    ['a member of another type', post('/v1/disable', '{"services":"web"}'), 400],
    ['a member that nobody knows', post('/v1/disable', '{"services":["web"],"force":true}'), 400],
    ['no service', post('/v1/disable', '{"services":[]}'), 400],
    ['an unknown service beside a known one', post('/v1/disable', '{"services":["web","wep"]}'), 404],
    ['a body that is too large', post('/v1/disable', JSON.stringify({ services: ['w'.repeat(2_000)] })), 413],
    [
      'a body without end',
      `POST /v1/disable HTTP/1.1\r\nHost: up\r\nTransfer-Encoding: chunked\r\n\r\n${'3e8\r\n'}${' '.repeat(1_000)}\r\n3e8\r\n${' '.repeat(1_000)}\r\n`,
      413,
    ],
    ['headers that are too large', post('/v1/pause', '{}', `X: ${'x'.repeat(4_000)}\r\n`), 431],
    ['another language', '\u0016\u0003\u0001 hello\r\n\r\n', 400],
    ['headers that never end', 'POST /v1/pause HTTP/1.1\r\nHost: up\r\nX: ', 408],
    ['a body that never comes', 'POST /v1/pause HTTP/1.1\r\nHost: up\r\nContent-Length: 10\r\n\r\n{', 408],
    ['another path', post('/v1/reboot', '{}'), 404],
    ['another method', post('/v1/status', '{}'), 405],
  ])('%s', async (_, bytes, status) => {
    const { send, asked, client } = await createRig(limits)
    expect(await send(bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(asked).toEqual([])
    expect(await client.status()).toMatchObject({ ok: true, value: { paused: false } })
  })

  test('and says what is not understood', async () => {
    const { send } = await createRig(limits)
    const [, body = ''] = (await send(post('/v1/wait', '{"for":"ever"}'))).split('\r\n\r\n')
    expect(JSON.parse(body)).toMatchObject({
      failure: { code: 'control/request', message: expect.stringMatching(/^for: .*live.*ready/) },
    })
  })
})

test('more connections than allowed do not keep devloop from being asked later', async () => {
  const { send, client } = await createRig(limits)
  const held = Array.from({ length: 30 }, () => send('POST /v1/pause HTTP/1.1\r\nHost: up\r\n'))
  const answers = await Promise.all(held)
  expect(answers.filter(text => text.includes(' 408 ')).length).toBeLessThanOrEqual(limits.maxConnections)
  expect(await client.status()).toMatchObject({ ok: true, value: { paused: false } })
})

test('pause, resume, disable, enable and trigger do what they say, and answer with how it is then', async () => {
  const { client, asked } = await createRig()
  expect(await client.pause()).toMatchObject({ ok: true, value: { paused: true } })
  expect(await client.resume()).toMatchObject({ ok: true, value: { paused: false } })
  expect(await client.disable(['web'])).toMatchObject({
    value: {
      services: [
        { service: 'web', phase: 'disabled' },
        { service: 'api', phase: 'working' },
      ],
    },
  })
  expect(await client.trigger(['web'])).toMatchObject({ ok: false, failure: { code: 'control/disabled' } })
  await client.enable(['web'])
  expect(await client.trigger(['web'])).toMatchObject({ ok: true })
  expect(asked.map(({ type }) => type)).toEqual([
    'pause-asked',
    'resume-asked',
    'disable-asked',
    'enable-asked',
    'trigger-asked',
  ])
})

test('why is answered by the running up', async () => {
  const { client } = await createRig()
  expect(await client.why('/shop/a.js')).toEqual({
    ok: true,
    value: [{ subject: 'image shop/web', action: 'sync', reasons: ['/shop/a.js'] }],
  })
})

test('events begin with how everything is, go on with what happens, and end with up', async () => {
  const { client, makeLive, end } = await createRig()
  makeLive('api')
  const lines: JsonLine[] = []
  const reader = new AbortController()
  const first = Promise.withResolvers<void>()
  const stream = client.events(line => {
    lines.push(line)
    if (line.type === 'service' && line.service === 'api') first.resolve()
  }, reader.signal)
  await first.promise
  await client.pause()
  await end()
  expect(await stream).toEqual({ ok: true, value: undefined })
  expect(lines.map(line => (line.type === 'service' ? `${line.service} ${line.phase}` : line.type))).toEqual([
    'web working',
    'api live',
    'paused',
  ])
})

test('stop answers once up has ended', async () => {
  const rig = await createRig()
  let isAnswered = false
  const stopped = rig.client.stop().then(answer => {
    isAnswered = true
    return answer
  })
  await expect.poll(() => rig.isStopAsked).toBe(true)
  await rig.client.status()
  expect(isAnswered).toBe(false)
  await rig.end()
  expect(await stopped).toEqual({ ok: true, value: undefined })
})
