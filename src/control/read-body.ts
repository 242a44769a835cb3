import type { IncomingMessage } from 'node:http'
import type { ZodType } from 'zod'
import { fail, ok, type Result } from '../model/result.ts'
import { type Answer, refusal } from './answer.ts'

/**
 * Reads the JSON body of a request; nothing at all stands for `{}`. Whoever sends slowly is cut off by the server's own
 * time limit, and whoever sends more than `maxBytes` is told so without being read to the end.
 */
export async function readBody<T>(
  request: IncomingMessage,
  schema: ZodType<T>,
  maxBytes: number,
): Promise<Result<T, Answer>> {
  const chunks: Buffer[] = []
  let size = 0
  // Who is refused is still to be answered.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) return fail(refusal(413, `The body may have ${maxBytes} bytes at most.`))
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  const parsed = parse(text === '' ? '{}' : text)
  if (!parsed.ok) return fail(refusal(400, 'The body is no JSON.'))
  const checked = schema.safeParse(parsed.value)
  if (checked.success) return ok(checked.data)
  const [issue] = checked.error.issues
  return fail(refusal(400, `${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'not understood'}`))
}

function parse(text: string): Result<unknown, undefined> {
  try {
    return ok(JSON.parse(text))
  } catch {
    return fail(undefined)
  }
}
