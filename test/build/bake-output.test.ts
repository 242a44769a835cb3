import { expect, test } from 'vitest'
import { bakeReader, failedTarget, namedTag } from '../../src/build/bake-output.ts'

// As docker 20.10 with buildx 0.13 printed it, cut short.
const printed = `#0 building with "default" instance using docker driver

#1 [internal] load local bake definitions
#1 reading from stdin 208B done
#1 DONE 0.0s

#2 [i0 internal] load build definition from Dockerfile
#2 transferring dockerfile: 121B done
#2 DONE 0.0s

#6 [i1 1/4] FROM docker.io/library/node:20-alpine
#6 DONE 0.0s

#13 [i0 4/4] RUN echo hi; sleep 1; echo from-a; exit 3
#13 0.375 hi
#13 ...

#14 [i1 4/4] RUN sleep 0.2; echo from-b
#14 0.518 from-b
#14 DONE 0.5s

#15 [i1] exporting to image
#15 exporting layers done
#15 writing image sha256:29bd done
#15 naming to docker.io/shop/web:devloop-1 done
#15 DONE 0.0s

#13 [i0 4/4] RUN echo hi; sleep 1; echo from-a; exit 3
#13 1.378 from-a
#13 ERROR: executor failed running [/bin/sh -c echo hi; sleep 1; echo from-a; exit 3]: exit code: 3
------
 > [i0 4/4] RUN echo hi; sleep 1; echo from-a; exit 3:
0.375 hi
1.378 from-a
------
ERROR: failed to solve: executor failed running [/bin/sh -c echo hi; sleep 1; echo from-a; exit 3]: exit code: 3`.split(
  '\n',
)
const targets = new Set(['i0', 'i1'])

test("each target's lines are those that a build of it alone prints", () => {
  expect(linesOf('i1')).toEqual([
    '#6 [1/4] FROM docker.io/library/node:20-alpine',
    '#6 DONE 0.0s',
    '#14 [4/4] RUN sleep 0.2; echo from-b',
    '#14 0.518 from-b',
    '#14 DONE 0.5s',
    '#15 exporting to image',
    '#15 exporting layers done',
    '#15 writing image sha256:29bd done',
    '#15 naming to docker.io/shop/web:devloop-1 done',
    '#15 DONE 0.0s',
  ])
})

test('a step that is gone on with is whose heading it is by then', () => {
  const read = bakeReader(targets)
  expect(
    ['#9 [i0] exporting to image', '#9 DONE 0.0s', '#9 [i1] exporting to image', '#9 DONE 0.1s'].map(
      line => read(line)?.target,
    ),
  ).toEqual(['i0', 'i0', 'i1', 'i1'])
})

test('a stage of the name of a target is a stage', () => {
  expect(bakeReader(targets)('#4 [i1 i0 2/3] RUN make')).toEqual({
    target: 'i1',
    line: '#4 [i0 2/3] RUN make',
  })
  expect(bakeReader(targets)('#4 [builder 2/3] RUN make')).toBeUndefined()
})

test('a name that an image has got is told by its tag', () => {
  expect(printed.map(namedTag).filter(tag => tag !== undefined)).toEqual(['devloop-1'])
  expect(namedTag('#9 naming to localhost:5000/shop/web:devloop-2 0.1s done')).toBe('devloop-2')
  expect(namedTag('#9 naming to localhost:5000/shop/web:devloop-2')).toBeUndefined()
  expect(namedTag('#9 0.1 naming to shop/web:devloop-3 done')).toBeUndefined()
})

test('of a bake that has failed, the target that failed has the output of a build alone', () => {
  expect(failedTarget(printed, targets)).toEqual({
    target: 'i0',
    output: [
      '#2 [internal] load build definition from Dockerfile',
      '#2 transferring dockerfile: 121B done',
      '#2 DONE 0.0s',
      '#13 [4/4] RUN echo hi; sleep 1; echo from-a; exit 3',
      '#13 0.375 hi',
      '#13 ...',
      '#13 [4/4] RUN echo hi; sleep 1; echo from-a; exit 3',
      '#13 1.378 from-a',
      '#13 ERROR: executor failed running [/bin/sh -c echo hi; sleep 1; echo from-a; exit 3]: exit code: 3',
      '------',
      ' > [4/4] RUN echo hi; sleep 1; echo from-a; exit 3:',
      '0.375 hi',
      '1.378 from-a',
      '------',
      'ERROR: failed to solve: executor failed running [/bin/sh -c echo hi; sleep 1; echo from-a; exit 3]: exit code: 3',
    ],
  })
})

test('where nothing tells which target failed, none is named', () => {
  expect(failedTarget(['ERROR: failed to solve: dockerfile parse error on line 1'], targets)).toBeUndefined()
  expect(failedTarget(['------', ' > [other 1/2] RUN false:', '------', 'ERROR'], targets)).toBeUndefined()
})

function linesOf(target: string): readonly string[] {
  const read = bakeReader(targets)
  return printed.flatMap(text => {
    const line = read(text)
    return line?.target === target ? [line.line] : []
  })
}
