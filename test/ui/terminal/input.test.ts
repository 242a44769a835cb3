import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InputDecoder, type InputEvent } from '../../../src/ui/terminal/input.ts'

const samples: readonly (readonly [string, InputEvent | undefined])[] = [
  ['j', { kind: 'key', key: 'j' }],
  ['ü', { kind: 'key', key: 'ü' }],
  ['😀', { kind: 'key', key: '😀' }],
  ['\r', { kind: 'key', key: 'enter' }],
  ['\t', { kind: 'key', key: 'tab' }],
  ['\x03', { kind: 'key', key: 'ctrl+c' }],
  ['\x7f', { kind: 'key', key: 'backspace' }],
  ['\x1b[A', { kind: 'key', key: 'up' }],
  ['\x1bOB', { kind: 'key', key: 'down' }],
  ['\x1b[6~', { kind: 'key', key: 'page-down' }],
  ['\x1b[Z', { kind: 'key', key: 'shift+tab' }],
  ['\x1b[<64;10;4M', { kind: 'wheel', direction: 'up', row: 3 }],
  ['\x1b[<65;1;1M', { kind: 'wheel', direction: 'down', row: 0 }],
  ['\x1b[<0;10;4M', { kind: 'click', row: 3 }],
  // Released, another button, another key: they mean nothing.
  ['\x1b[<0;10;4m', undefined],
  ['\x1b[<2;10;4M', undefined],
  ['\x1b[24~', undefined],
  ['\x1b[1;5C', undefined],
  ['\x1bx', undefined],
  ['\x1b[200~a\x1b[31mb\nq\x1b[201~', { kind: 'paste', text: 'a\x1b[31mb\nq' }],
]

test('keys, wheel and pasted text are the same however the network cuts them', () => {
  const sequence = fc.array(fc.constantFrom(...samples), { maxLength: 12 })
  fc.assert(
    fc.property(sequence, fc.array(fc.nat(60), { maxLength: 8 }), (parts, cuts) => {
      const text = parts.map(([bytes]) => bytes).join('')
      const places = [0, ...cuts.map(cut => Math.min(cut, text.length)), text.length].sort((a, b) => a - b)
      const decoder = new InputDecoder()
      const chunks = places.slice(1).map((end, index) => text.slice(places[index], end))
      // A decoder of bytes gives whole characters.
      fc.pre(chunks.every(chunk => chunk.isWellFormed()))
      const events = [...chunks.flatMap(chunk => decoder.push(chunk)), ...decoder.flush()]
      expect(events).toEqual(parts.flatMap(([, event]) => event ?? []))
    }),
  )
})

test('an escape with nothing behind it is the key, once the rest could have come', () => {
  const decoder = new InputDecoder()
  expect(decoder.push('\x1b')).toEqual([])
  expect(decoder.isUnfinished).toBe(true)
  expect(decoder.flush()).toEqual([{ kind: 'key', key: 'escape' }])
  expect(decoder.push('j')).toEqual([{ kind: 'key', key: 'j' }])
})

test('text that is still being pasted is not taken for keys', () => {
  const decoder = new InputDecoder()
  expect(decoder.push('\x1b[200~qx')).toEqual([])
  expect(decoder.flush()).toEqual([])
  expect(decoder.push('q\x1b[201~')).toEqual([{ kind: 'paste', text: 'qxq' }])
})
