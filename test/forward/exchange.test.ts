import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Exchange } from '../../src/forward/exchange.ts'

interface Sample {
  readonly request: string
  readonly answer: string
}

const bodies = fc.string({ maxLength: 40 }).map(text => Buffer.from(text).toString('latin1'))
const chunked = (parts: readonly string[], trailers = '') =>
  `${parts
    .filter(part => part.length > 0)
    .map(part => `${part.length.toString(16)};note="x"\r\n${part}\r\n`)
    .join('')}0\r\n${trailers}\r\n`

const framings = fc.oneof(
  bodies.map(body => `Content-Length: ${body.length}\r\n\r\n${body}`),
  fc
    .tuple(fc.array(bodies, { maxLength: 3 }), fc.constantFrom('', 'Digest: abc\r\nX-End: 1\r\n'))
    .map(([parts, trailers]) => `Transfer-Encoding: gzip, chunked\r\n\r\n${chunked(parts, trailers)}`),
)

const requests = fc.oneof(
  fc.constantFrom('GET', 'OPTIONS', 'DELETE').map(method => `${method} /a HTTP/1.1\r\nHost: here\r\n\r\n`),
  fc
    .tuple(fc.constantFrom('POST', 'PUT', 'PATCH'), framings)
    .map(([m, body]) => `${m} /b HTTP/1.1\r\n${body}`),
  fc.constant('\r\nGET /after-an-empty-line HTTP/1.1\r\n\r\n'),
  framings.map(body => `POST / HTTP/1.0\r\nConnection: Keep-Alive\r\n${body}`),
)

const samples: fc.Arbitrary<Sample> = fc
  .tuple(
    fc.oneof(
      fc.tuple(requests, framings).map(([request, body]) => ({
        request,
        answer: `HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n${body}`,
      })),
      fc.constantFrom(204, 304).map(status => ({
        request: 'GET /c HTTP/1.1\r\n\r\n',
        answer: `HTTP/1.1 ${status} Fine\r\nContent-Length: 700\r\n\r\n`,
      })),
      framings.map(body => ({
        request: 'HEAD /d HTTP/1.1\r\n\r\n',
        answer: `HTTP/1.1 200 OK\r\n${body.slice(0, body.indexOf('\r\n\r\n'))}\r\n\r\n`,
      })),
    ),
    fc.boolean(),
  )
  .map(([{ request, answer }, isInterim]) => ({
    request,
    answer: isInterim
      ? `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${answer}`
      : answer,
  }))

/** Cuts bytes where the numbers fall. */
function cut(text: string, cuts: readonly number[]): readonly Buffer[] {
  const bytes = Buffer.from(text, 'latin1')
  const at = [...new Set(cuts.map(one => one % bytes.length))].sort((one, other) => one - other)
  return [0, ...at]
    .map((start, index) => bytes.subarray(start, at[index] ?? bytes.length))
    .filter(part => part.length > 0)
}

const cuts = fc.array(fc.nat(), { maxLength: 8 })

describe('the points at which a pod can be exchanged', () => {
  test('are found at the end of every exchange, wherever the network cuts it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(samples, cuts, cuts), { minLength: 1, maxLength: 4 }), exchanges => {
        const exchange = new Exchange()
        for (const [{ request, answer }, requestCuts, answerCuts] of exchanges) {
          expect(exchange.phase).toBe('between')
          for (const part of cut(request, requestCuts)) {
            expect(exchange.fromClient(part)).toHaveLength(0)
            expect(exchange.phase).not.toBe('between')
          }
          expect(exchange.phase).toBe('during')
          for (const part of cut(answer, answerCuts)) {
            expect(exchange.mayEnd).toBe(false)
            exchange.fromPod(part)
          }
        }
        expect(exchange.phase).toBe('between')
        expect(exchange.wasCompleted).toBe(true)
      }),
    )
  })

  test('are kept apart when the client sends many requests at once', () => {
    fc.assert(
      fc.property(fc.array(samples, { minLength: 2, maxLength: 5 }), cuts, (exchanges, requestCuts) => {
        const exchange = new Exchange()
        const answers = exchanges.map(({ answer }) => answer)
        let queue = cut(exchanges.map(({ request }) => request).join(''), requestCuts)
        let sent = ''
        while (queue.length > 0) {
          const [part = Buffer.alloc(0), ...later] = queue
          const next = exchange.fromClient(part)
          sent += part.toString('latin1', 0, part.length - next.length)
          queue = next.length > 0 ? [next, ...later] : later
          if (next.length > 0 || queue.length === 0)
            exchange.fromPod(Buffer.from(answers.shift() ?? '', 'latin1'))
        }
        // An empty line behind a request may count to either.
        while (answers.length > 0) exchange.fromPod(Buffer.from(answers.shift() ?? '', 'latin1'))
        expect(sent).toBe(exchanges.map(({ request }) => request).join(''))
        expect(exchange.phase).toBe('between')
      }),
    )
  })
})

describe('an answer that ends with its connection', () => {
  const exchangeOf = (request: string, answer: string) => {
    const exchange = new Exchange()
    exchange.fromClient(Buffer.from(request))
    exchange.fromPod(Buffer.from(answer))
    return exchange
  }
  const get = 'GET / HTTP/1.1\r\n\r\n'

  test.each([
    ['without a length', get, 'HTTP/1.1 200 OK\r\n\r\nhalf?'],
    ['that announces the close', get, 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi'],
    [
      'whose request asked for the close',
      'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi',
    ],
    ['of HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
    ['of an old server to a new client', get, 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
  ])('%s keeps its pod, and may end', (_, request, answer) => {
    const exchange = exchangeOf(request, answer)
    expect(exchange.phase).toBe('during')
    expect(exchange.mayEnd).toBe(true)
  })

  test.each([
    ['cut in its body', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nhi'],
    ['cut in its chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n'],
    ['cut in its head', 'HTTP/1.1 200 O'],
    ['cut after an interim one', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ])('%s may not', (_, answer) => {
    expect(exchangeOf(get, answer).mayEnd).toBe(false)
  })
})

describe('what is not HTTP/1', () => {
  test.each([
    ['HTTP/2 with prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\0\0\0'],
    ['a client that speaks first', '*1\r\n$4\r\nPING\r\n', '+PONG\r\n'],
    ['a server that speaks first', '', '220 ready\r\n'],
    [
      'a WebSocket',
      'GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n',
      'HTTP/1.1 101 Switching\r\n\r\n\x81\x02hi',
    ],
    ['a tunnel', 'CONNECT a:1 HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['an answer that nobody asked for', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 204 No\r\n\r\nmore'],
  ])('%s is a stream, of which nothing is held back', (_, request, answer) => {
    const exchange = new Exchange()
    if (request !== '') exchange.fromClient(Buffer.from(request, 'latin1'))
    exchange.fromPod(Buffer.from(answer, 'latin1'))
    expect(exchange.phase).toBe('stream')
    expect(exchange.isRepeatable).toBe(false)
    expect(exchange.fromClient(Buffer.from('GET / HTTP/1.1\r\n\r\nGET'))).toHaveLength(0)
  })
})
