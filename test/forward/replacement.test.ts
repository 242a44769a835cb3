import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { type FakePod, startHttpPod } from './fake-pods.ts'
import { openRig, type Rig } from './rig.ts'

const pods: FakePod[] = []
afterEach(async () => {
  await Promise.all(pods.splice(0).map(pod => pod.kill()))
})

/** Answers each path with itself, many times over, in pieces and after a moment. */
async function startEchoPod(delayMs: number): Promise<FakePod> {
  const pod = await startHttpPod(async (asked, answer) => {
    await wait(delayMs)
    for (let piece = 0; piece < 4; piece++) answer.write(`${asked.url} `)
    answer.end()
  })
  pods.push(pod)
  return pod
}

interface Replacement {
  /** Requests that are answered before it, since the one before. */
  readonly after: number
  /** Whether the old pod is gone before there is a new one. */
  readonly hasGap: boolean
  /** How long the new pod takes for an answer, in milliseconds. */
  readonly delayMs: number
}

const replacements: fc.Arbitrary<Replacement> = fc.record({
  after: fc.nat({ max: 15 }),
  hasGap: fc.boolean(),
  delayMs: fc.nat({ max: 4 }),
})

test('every request is answered once and whole, whenever pods are replaced', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(replacements, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      replaceWhileAsking,
    ),
    { numRuns: 25 },
  )
})

async function replaceWhileAsking(plan: readonly Replacement[], keepAlive: boolean) {
  await using rig = await openRig(await startEchoPod(1))
  const agent = new Agent({ keepAlive, maxSockets: 4 })
  const progress = countdown(plan.map(one => one.after))
  const asking = Array.from({ length: 80 }, async (_, index) => {
    const body = await ask(rig, agent, `/${index}`)
    progress.step()
    expect(body).toBe(`/${index} `.repeat(4))
  })
  const replacing = (async () => {
    for (const [index, { hasGap, delayMs }] of plan.entries()) {
      await progress.reached(index)
      await replace(rig, hasGap, delayMs)
    }
  })()
  await Promise.all([...asking, replacing])
  agent.destroy()
}

/** As in a cluster: first it is known that a pod goes, then it ends what it has under way, or not, and is gone. */
async function replace(rig: Rig, hasGap: boolean, delayMs: number) {
  const old = pods.at(-1)
  if (hasGap) rig.offer(undefined)
  else rig.offer(await startEchoPod(delayMs))
  await old?.kill()
  if (hasGap) rig.offer(await startEchoPod(delayMs))
}

async function ask(rig: Rig, agent: Agent, path: string): Promise<string> {
  const [answer] = (await once(get({ port: rig.port, path, agent }), 'response')) as [IncomingMessage]
  return text(answer)
}

/** Resolves the steps' promises, one after the other, as so many steps have been made since the one before. */
function countdown(counts: readonly number[]) {
  let steps = 0
  let sum = 0
  const points = counts.map(count => {
    sum += count
    return { at: sum, ...Promise.withResolvers<void>() }
  })
  const resolveReached = () => {
    for (const point of points) if (steps >= point.at) point.resolve()
  }
  resolveReached()
  return {
    step() {
      steps++
      resolveReached()
    },
    reached: (index: number) => points[index]?.promise,
  }
}
