import { expect, test } from 'vitest'
import { stepReader } from '../../src/build/step-progress.ts'

test('of a classic build the steps are shown, and what their commands say', () => {
  expect(
    shown(`DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
            environment-variable.

Sending build context to Docker daemon  7.168kB
Step 1/2 : FROM busybox
 ---> 67bddd053310
Step 2/2 : RUN make
 ---> Running in e7b881327d5d
\u001b[91m  a warning
\u001b[0mdone
Removing intermediate container e7b881327d5d
 ---> 733c3f95b5d3
Successfully built 733c3f95b5d3`),
  ).toEqual(['[1/2] FROM busybox', '[2/2] RUN make', '  a warning', 'done'])
})

test('of a build with podman, too', () => {
  expect(
    shown(`STEP 1/3: FROM busybox
STEP 2/3: RUN make
--> Using cache 6f2da89400afef13200b5e89d654e089825957392d69ee4d8877188af3a379f4
--> 6f2da89400a
STEP 3/3: RUN make test
ok
COMMIT
--> 808ac319fce
808ac319fce6105ca607970a9bd23c85fe97bb1d8fc389298ac6e8ecd802cd4e`),
  ).toEqual(['[1/3] FROM busybox', '[2/3] RUN make', '[3/3] RUN make test', 'ok'])
})

function shown(text: string): readonly (string | undefined)[] {
  const read = stepReader()
  return text
    .split('\n')
    .map(line => read(line))
    .filter(line => line !== undefined)
}
