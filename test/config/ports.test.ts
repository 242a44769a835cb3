import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePortRule } from '../../src/config/ports.ts'

test.each([
  [9001, '127.0.0.1', 9001, { kind: 'pod', port: 9001 }],
  ['9001', '127.0.0.1', 9001, { kind: 'pod', port: 9001 }],
  ['8080:3000', '127.0.0.1', 8080, { kind: 'pod', port: 3000 }],
  ['9001:http', '127.0.0.1', 9001, { kind: 'pod', port: 'http' }],
  ['8080:svc/web:80', '127.0.0.1', 8080, { kind: 'service', name: 'web', port: 80 }],
  ['8080:svc/web:http', '127.0.0.1', 8080, { kind: 'service', name: 'web', port: 'http' }],
  ['0.0.0.0:8080:3000', '0.0.0.0', 8080, { kind: 'pod', port: 3000 }],
  ['localhost:8080:svc/web:80', 'localhost', 8080, { kind: 'service', name: 'web', port: 80 }],
  ['[::1]:8080:3000', '::1', 8080, { kind: 'pod', port: 3000 }],
])('the port rule %s opens %s:%d', (text, host, localPort, target) => {
  expect(parsePortRule(text)).toEqual({ ok: true, value: { text: String(text), host, localPort, target } })
})

test.each([
  ['0', 'Write a whole number from 1 to 65535.'],
  [70_000, 'Write a whole number from 1 to 65535.'],
  [80.5, 'Write a whole number from 1 to 65535.'],
  ['8080:-1', 'Write a whole number from 1 to 65535.'],
  ['8080:3000/udp', expect.stringContaining('only TCP')],
  ['svc/web:80', "Put the local port in front: '8080:svc/web:80'."],
  ['8080:service/web:80', "Write svc: '8080:svc/web:80'."],
  ['shop.example:8080:80', 'Write an IP address or localhost.'],
  ['8080:Http', expect.stringContaining('15 lower-case letters')],
  ['8080:svc/Web:80', expect.stringContaining("Write the Service's name")],
  ['http', expect.stringContaining("'8080:3000'")],
])('what is no port rule is answered with one that is: %s', (text, cure) => {
  expect(parsePortRule(text)).toMatchObject({ ok: false, failure: { cure } })
})

test('whatever is written, a rule that is taken has ports that exist', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer(), fc.double(), fc.stringMatching(/^[\d:.svc/a[\]-]{0,20}$/)), text => {
      const rule = parsePortRule(text)
      if (!rule.ok) return
      expect(rule.value.localPort).toBeGreaterThan(0)
      expect(rule.value.localPort).toBeLessThan(65_536)
    }),
  )
})
