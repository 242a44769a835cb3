import { describe, expect, test } from 'vitest'
import { baseImages } from '../../src/dockerfile/base-images.ts'

describe('the images that a Dockerfile is made from', () => {
  test('are those of FROM and COPY --from, without its own stages', () => {
    const text = `FROM node:20 AS build
RUN make
FROM build AS test
FROM --platform=linux/amd64 shop/base:1
COPY --from=build /a /a
COPY --from=shop/tools /t /t
RUN --mount=type=bind,from=shop/cache,target=/c make
COPY --from=0 /b /b`
    expect(baseImages(text, {})).toEqual(['node:20', 'shop/base:1', 'shop/tools', 'shop/cache'])
  })

  test('are found through arguments, the Devfile’s before the Dockerfile’s own', () => {
    const text = 'ARG TAG=20\nARG BASE=node\nFROM ${BASE}:$TAG\nFROM ${MISSING}\nFROM x:${TAG:-1}${UNSET:-2}'
    expect(baseImages(text, {})).toEqual(['node:20', 'x:202'])
    expect(baseImages(text, { BASE: 'shop/base' })).toEqual(['shop/base:20', 'x:202'])
  })

  test('do not include scratch, and an empty Dockerfile has none', () => {
    expect(baseImages('FROM scratch\nCOPY a /', {})).toEqual([])
    expect(baseImages('', {})).toEqual([])
  })
})
