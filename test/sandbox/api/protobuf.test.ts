import { expect, test } from 'vitest'
import { decodeProtobuf } from '../../../src/sandbox/api/protobuf.ts'

/** A field whose value has a length, as protocol buffers write it. */
function field(number: number, ...content: (string | Buffer)[]): Buffer {
  const bytes = Buffer.concat(content.map(one => (typeof one === 'string' ? Buffer.from(one) : one)))
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes])
}

function number(fieldNumber: number, value: number): Buffer {
  return Buffer.concat([varint(fieldNumber * 8), varint(value)])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Buffer.from([...bytes, rest])
}

function envelope(apiVersion: string, kind: string, ...message: Buffer[]): Buffer {
  return Buffer.concat([
    Buffer.from('k8s\0'),
    field(1, field(1, apiVersion), field(2, kind)),
    field(2, ...message),
  ])
}

test('a secret is read as kubectl sends it', () => {
  const body = envelope(
    'v1',
    'Secret',
    field(1, field(1, 'token'), field(2, ''), field(11, field(1, 'app'), field(2, 'web')), field(8)),
    field(2, field(1, 'x'), field(2, 'secret')),
    field(3, 'Opaque'),
  )
  expect(decodeProtobuf(body)).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'token', labels: { app: 'web' } },
    data: { x: Buffer.from('secret').toString('base64') },
    type: 'Opaque',
  })
})

test('what JSON has in one object, and protocol buffers in two, comes together', () => {
  const configMap = field(19, field(1, field(1, 'settings')))
  const probe = field(
    10,
    field(1, field(2, field(1, '/healthz'), field(2, number(1, 0), number(2, 8080)))),
    number(2, 3),
  )
  const container = field(2, field(1, 'main'), field(2, 'nginx'), field(6, number(3, 8080)), probe)
  const volume = field(1, field(1, 'data'), field(2, configMap))
  const limits = field(8, field(1, field(1, 'cpu'), field(2, field(1, '500m'))))
  const limited = field(2, field(1, 'side'), limits)
  const body = envelope('v1', 'Pod', field(2, volume, container, limited))
  expect(decodeProtobuf(body)).toMatchObject({
    spec: {
      volumes: [{ name: 'data', configMap: { name: 'settings' } }],
      containers: [
        {
          name: 'main',
          image: 'nginx',
          ports: [{ containerPort: 8080 }],
          livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, initialDelaySeconds: 3 },
        },
        { name: 'side', resources: { limits: { cpu: '500m' } } },
      ],
    },
  })
})

test('a body that is none is refused, wherever it breaks off', () => {
  const body = envelope('v1', 'Secret', field(1, field(1, 'token')))
  expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow('does not begin')
  expect(() => decodeProtobuf(envelope('v1', 'Nothing'))).toThrow('is not known')
  expect(() => decodeProtobuf(body.subarray(0, -3))).toThrow()
})
