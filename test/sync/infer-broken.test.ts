import fc from 'fast-check'
import { expect, test } from 'vitest'
import { infer } from './infer-rig.ts'

const fragment = fc.oneof(
  fc.constantFrom(
    ...[
      'FROM',
      'FROM a AS b',
      'FROM b',
      'COPY',
      'COPY .',
      'COPY . .',
      'COPY --from=b',
      'COPY --from=9 a b',
      'ADD',
      'RUN',
    ],
    ...[
      'RUN <<EOF',
      'EOF',
      'ARG',
      'ARG =',
      'ENV',
      'ENV a',
      'ENV a=${',
      'WORKDIR',
      'CMD',
      'CMD [',
      'CMD []',
      'ENTRYPOINT []',
    ],
    ...[
      'SHELL',
      'ONBUILD',
      '# escape=`',
      '#',
      '\\',
      '`',
      '"',
      "'",
      '$',
      '${',
      '${a:-${b}}',
      '[',
      ']',
      '*',
      '[^',
      '[]a]',
      '--',
    ],
  ),
  fc.string({ maxLength: 8 }),
)
const dockerfile = fc
  .array(fc.tuple(fragment, fc.constantFrom(' ', '\n', '\\\n', '\r\n')), { maxLength: 30 })
  .map(parts => parts.flat().join(''))

test('a Dockerfile in the middle of an edit is answered, whatever it holds', () => {
  fc.assert(
    fc.property(dockerfile, fc.string({ minLength: 1 }), (text, file) => {
      const inference = infer(text)
      expect(inference.decide(file).reason).not.toBe('')
      expect(inference.explain(file).length).toBeGreaterThan(0)
    }),
    { numRuns: 1_000 },
  )
})

test('a mark at the start of the text and Windows line ends change nothing', () => {
  const decision = infer('\ufeff# escape=`\r\nFROM scratch\r\nCOPY src `\r\n  /app/\r\nCMD nginx\r\n').decide(
    'src/a.js',
  )
  expect(decision).toMatchObject({ kind: 'sync', target: '/app/a.js' })
})
