import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canRun, openBuilderRig } from './rig.ts'

const name = fc.constantFrom('a', 'b', 'c')
const place = fc.array(name, { minLength: 1, maxLength: 3 }).map(names => `/t/${names.join('/')}`)

/** Each may fail: what counts is what is there afterwards. */
const command = fc.oneof(
  place.map(path => `mkdir -p ${path}`),
  place.map(path => `rm -rf ${path}`),
  place.map(path => `rm -rf ${path} && mkdir ${path}`),
  place.map(path => `echo ${path} > ${path}`),
  fc.tuple(place, place).map(([from, to]) => `mv ${from} ${to}`),
  fc.tuple(place, place).map(([target, link]) => `ln -sfn ${target} ${link}`),
)
const layer = fc.array(command, { minLength: 1, maxLength: 8 })

test.skipIf(!canRun)(
  'what the builder sees of an image without a mount is what its containers see',
  async () => {
    const property = fc.asyncProperty(fc.array(layer, { minLength: 3, maxLength: 3 }), async layers => {
      await using rig = await openBuilderRig()
      const runs = layers.map(
        commands => `RUN mkdir -p /t; ${commands.map(one => `{ ${one}; } 2>/dev/null; `).join('')}true`,
      )
      const built = await rig.build(
        ['FROM busybox', ...runs, 'RUN find /t ! -type d | sort > /seen'].join('\n'),
      )
      if (!built.result.ok) throw new Error(JSON.stringify(built.result.failure))
      expect([...built.list('/t')].sort().join('\n')).toBe(built.at('/seen')?.trim())
    })
    await fc.assert(property, { numRuns: 8 })
  },
  60_000,
)
