import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainToolFailure } from '../../../src/build/jvm/failure.ts'

/** Lines that tools print, in any order, between lines that nobody has seen before. */
const line = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '',
    '> Task :compileJava FAILED',
    'FAILURE: Build failed with an exception.',
    '* What went wrong:',
    '* Try:',
    '* Exception is:',
    'BUILD FAILED in 1s',
    '[INFO] Scanning for projects...',
    '[ERROR] COMPILATION ERROR : ',
    '[ERROR] /shop/A.java:[3,5] wrong',
    '[ERROR]   The project a:b:1 (/shop/pom.xml) has 1 error',
    'src/A.java:3: error: wrong',
    'e: file:///shop/%zz.kt:3:5 wrong',
    "Build file '/shop/build.gradle' line: 7",
    '\tat org.gradle.A.b(A.java:3)',
  ),
)

test('whatever a tool prints, its failure has a message with the exit code, few lines, and no place but an absolute one', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), fc.constantFrom('Gradle', 'Maven'), (output, tool) => {
      const failure = explainToolFailure(
        { exit: 'exit code 1', output },
        { tool, shown: 'build it', context: '/shop' },
      )
      expect(failure.output?.length ?? 0).toBeLessThanOrEqual(20)
      if (failure.code === 'build/failed') expect(failure.message).toBe('`build it` ended with exit code 1.')
      if (failure.at?.file !== undefined) expect(failure.at.file).toMatch(/^\//)
      for (const shown of failure.output ?? []) {
        expect(output.map(one => one.trim()).some(one => one.includes(shown.trim()))).toBe(true)
      }
    }),
  )
})
