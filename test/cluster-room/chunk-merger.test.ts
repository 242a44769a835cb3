import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChunkMerger } from '../../src/cluster/chunk-merger.ts'

const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n'

function chunked(contents: readonly string[]): string {
  return contents.map(content => `${Buffer.byteLength(content).toString(16)}\r\n${content}\r\n`).join('')
}

/** What comes out of it where the bytes come in such parts. */
function merge(answer: string, cuts: readonly number[] = []): string {
  const bytes = Buffer.from(answer)
  const merger = new ChunkMerger()
  const ends = [...cuts.map(cut => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
  let begin = 0
  const merged = ends.map(end => {
    const part = merger.merge(Buffer.from(bytes.subarray(begin, end)))
    begin = end
    return part
  })
  return Buffer.concat(merged).toString()
}

/** The content of a chunked answer, as RFC 9112 has it read; throws where it is none. */
function contentOf(answer: string): string {
  let rest = Buffer.from(answer.slice(head.length))
  let content = ''
  for (;;) {
    const lineEnd = rest.indexOf('\r\n')
    const size = Number.parseInt(rest.toString('latin1', 0, lineEnd), 16)
    if (size === 0) {
      expect(rest.toString()).toBe('0\r\n\r\n')
      return content
    }
    content += rest.toString('utf8', lineEnd + 2, lineEnd + 2 + size)
    rest = rest.subarray(lineEnd + 2 + size + 2)
  }
}

test('however the bytes come, the answer has the same content', () => {
  const contents = fc.array(fc.string({ minLength: 1, maxLength: 40, unit: 'binary-ascii' }))
  fc.assert(
    fc.property(contents, fc.array(fc.nat()), (lines, cuts) => {
      const merged = merge(`${head}${chunked(lines)}0\r\n\r\n`, cuts)
      expect(merged.startsWith(head)).toBe(true)
      expect(contentOf(merged)).toBe(lines.join(''))
    }),
  )
})

test('chunks that come together are one, with their extensions left out', () => {
  expect(merge(`${head}1;a=b\r\na\r\n2\r\nbc\r\n`)).toBe(`${head}3\r\nabc\r\n`)
})

test('an answer that is not chunked, its trailers, and what is no HTTP at all pass as they are', () => {
  const plain = 'HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n5\r'
  const trailers = `${head}1\r\na\r\n0\r\nDigest: x\r\n\r\n`
  const broken = `${head}1\r\na\r\nno size\r\nb\r\n`
  const endless = 'x'.repeat(100_000)
  for (const answer of [plain, trailers, broken, endless]) expect(merge(answer, [1, 30, 80])).toBe(answer)
})
