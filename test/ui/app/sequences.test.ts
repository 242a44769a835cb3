import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Sequences } from '../../../src/ui/app/sequences.ts'

test('whatever is added and dropped, each sequence keeps its index', () => {
  const steps = fc.array(fc.record({ added: fc.nat({ max: 5_000 }), dropped: fc.nat({ max: 12_000 }) }))
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 3 }), (all, gap) => {
      const sequences = new Sequences()
      const added: number[] = []
      let oldest = 0
      for (const step of all) {
        for (let count = 0; count < step.added; count++) {
          const sequence = (added.at(-1) ?? 0) + gap
          added.push(sequence)
          sequences.push(sequence)
        }
        oldest += step.dropped
        sequences.dropBefore(oldest)
        const kept = added.findIndex(sequence => sequence >= oldest)
        expect(sequences.first).toBe(kept === -1 ? added.length : kept)
        expect(sequences.next).toBe(added.length)
        expect(sequences.at(sequences.first - 1)).toBe(undefined)
        expect(sequences.at(sequences.next)).toBe(undefined)
        const middle = Math.floor((sequences.first + sequences.next) / 2)
        expect(sequences.at(middle)).toBe(added[middle])
      }
    }),
    { numRuns: 50 },
  )
})
