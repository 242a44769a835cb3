import type { Failure } from '../model/failure.ts'
import { fullImageName } from '../model/image.ts'
import type { EngineImage, ImageEngine } from '../model/image-engine.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { exec } from '../util/exec.ts'
import type { DockerCommand } from './docker-command.ts'
import { explainEngineFailure } from './docker-failure.ts'

interface Question {
  readonly references: Set<string>
  readonly answer: Promise<Answer>
}

type Answer = Result<readonly EngineImage[]>

/** Milliseconds that the engine may take to answer. */
const askMs = 10_000
/** What one question may hold: of a longer answer the first lines would not be kept. */
const maxReferences = 100

/**
 * Asks docker's engine, or one like it, which images it has: what is asked within one moment, for however many images, is one
 * question.
 */
export function findImages(docker: DockerCommand): ImageEngine['find'] {
  let open: Question | undefined

  /** Questions that come in the same turn of the event loop are put together. */
  const openQuestion = (): Question => {
    const references = new Set<string>()
    const answer = new Promise<void>(resolve => setImmediate(resolve)).then(() => {
      if (open?.references === references) open = undefined
      return ask(docker, [...references])
    })
    return { references, answer }
  }

  return async (references, asking) => {
    if (references.length === 0) return ok(new Map())
    if (open === undefined || open.references.size + references.length > maxReferences) open = openQuestion()
    for (const reference of references) open.references.add(reference)
    const answer = await unlessAborted(open.answer, asking)
    if (!answer.ok) return answer
    const byName = new Map(
      answer.value.flatMap(image => image.names.map(name => [fullImageName(name), image] as const)),
    )
    return ok(
      new Map(
        references.flatMap(reference => {
          const image = byName.get(fullImageName(reference))
          return image ? [[reference, image] as const] : []
        }),
      ),
    )
  }
}

/**
 * `docker image inspect` prints what it finds and then fails where it did not find all, so its end says nothing. It is
 * asked and not `docker image ls`, whose time grows with the images that the engine has.
 */
async function ask(docker: DockerCommand, references: readonly string[]): Promise<Answer> {
  // Others may wait for it, too.
  const { signal } = new AbortController()
  const found = await docker.socket?.find(references, signal)
  if (found) return ok([...found.values()])
  const outcome = await exec({
    command: docker.command,
    args: ['image', 'inspect', '--format={{.Id}} {{json .RepoTags}}', '--', ...references],
    env: docker.env,
    signal,
    timeoutMs: askMs,
  })
  if (outcome.status === 'succeeded') return ok(outcome.stdout.flatMap(readImage))
  const away = explainEngineFailure(outcome, docker.command)
  if (away) return fail(away)
  if (outcome.status === 'failed') return ok(outcome.output.flatMap(readImage))
  return fail(noAnswer)
}

const noAnswer: Failure = { code: 'process/timeout', message: 'docker image inspect did not end.' }

/** A question goes on for the others that have asked it. */
async function unlessAborted(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  const { promise: aborted, resolve } = Promise.withResolvers<Answer>()
  const giveUp = () => resolve(fail(noAnswer))
  if (signal.aborted) giveUp()
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([answer, aborted])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

function readImage(line: string): readonly EngineImage[] {
  const [, id, names] = /^((?:sha256:)?[0-9a-f]{64}) (\[.*\]|null)$/.exec(line) ?? []
  if (id === undefined || names === undefined) return []
  return [{ id, names: (JSON.parse(names) as readonly string[] | null) ?? [] }]
}
