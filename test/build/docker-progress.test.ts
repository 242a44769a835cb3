import { expect, test } from 'vitest'
import { progressReader } from '../../src/build/docker-progress.ts'

// As docker 20.10 with buildx 0.13 printed it, cut short.
const printed = `#0 building with "default" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 158B done
#1 DONE 0.0s

#3 [internal] load metadata for docker.io/library/node:20-alpine
#3 DONE 0.0s

#4 [1/4] FROM docker.io/library/node:20-alpine@sha256:1234
#4 resolve docker.io/library/node:20-alpine@sha256:1234 done
#4 sha256:1234 12.58MB / 50.50MB 0.3s
#4 extracting sha256:1234 0.1s done
#4 CACHED

#6 [internal] load build context
#6 transferring context: 703B done
#6 DONE 0.0s

#7 [3/4] RUN npm ci
#7 0.412 added 12 packages
#7 0.800
#7 DONE 0.9s

#8 [4/4] COPY src ./src
#8 DONE 0.0s

#9 exporting to image
#9 exporting layers 0.0s done
#9 writing image sha256:bbd9 done
#9 DONE 0.0s`

test('of a build, a person sees the steps and what their commands say', () => {
  expect(read(printed)).toEqual([
    '[1/4] FROM docker.io/library/node:20-alpine@sha256:1234',
    '[3/4] RUN npm ci',
    'added 12 packages',
    '[4/4] COPY src ./src',
  ])
})

test('an error is told once, by the failure', () => {
  const failed = `#7 [2/2] RUN false
#7 0.1 oh no
#7 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1
------
 > [2/2] RUN false:
------
Dockerfile:2
ERROR: failed to solve`
  expect(read(failed)).toEqual(['[2/2] RUN false', 'oh no'])
})

test('what another engine prints is shown as it is', () => {
  expect(read('Step 1/2 : FROM busybox\n ---> 1234')).toEqual(['Step 1/2 : FROM busybox', ' ---> 1234'])
})

function read(text: string): readonly string[] {
  const reader = progressReader()
  return text.split('\n').flatMap(line => reader(line) ?? [])
}
