import { describe, expect, test } from 'vitest'
import { readSources } from '../../src/dockerfile/sources.ts'

const files = [
  'package.json',
  'package-lock.json',
  'README.md',
  'src/a.js',
  'src/deep/b.js',
  'docs/guide.md',
  'web/app/main.ts',
  'web/app/main.css',
]

/** Those of `files` that count, or `all` where it may be any file. */
function counted(
  text: string,
  { args = {}, target }: { args?: Record<string, string>; target?: string } = {},
) {
  const sources = readSources({ text, args, ...(target !== undefined && { target }) })
  return sources ? files.filter(file => sources.covers(file, false)) : 'all'
}

describe('only an edit of what the Dockerfile copies is an edit of the image', () => {
  test.each([
    ['files and folders', 'COPY package.json src /app/', ['package.json', 'src/a.js', 'src/deep/b.js']],
    ['the other spelling', 'COPY ["./src/", "/app"]', ['src/a.js', 'src/deep/b.js']],
    ['ADD', 'ADD docs/guide.md /', ['docs/guide.md']],
    ['wildcards', 'COPY package*.json /app/', ['package.json', 'package-lock.json']],
    ['wildcards for folders', 'COPY s?c /app/', ['src/a.js', 'src/deep/b.js']],
    ['wildcards above a name', 'COPY */app/*.ts /app/', ['web/app/main.ts']],
    ['a mount', 'RUN --mount=type=bind,source=docs,target=/d make', ['docs/guide.md']],
    [
      'a mount of another kind',
      'COPY src /\nRUN --mount=type=cache,target=/c make',
      ['src/a.js', 'src/deep/b.js'],
    ],
    [
      'a URL and a heredoc',
      'ADD https://host.example/docs /\nCOPY <<x /x\nCOPY docs /\nx\nCOPY README.md /',
      ['README.md'],
    ],
    ['a path that climbs', 'COPY ../src/deep /app/', ['src/deep/b.js']],
    ['flags', 'COPY --chown=1:1 --link docs /app/', ['docs/guide.md']],
    [
      'flags that give wildcards another meaning',
      'COPY --parents web/**/main.ts /',
      ['web/app/main.ts', 'web/app/main.css'],
    ],
  ])('%s', (_, steps, expected) => {
    expect(counted(`FROM node\n${steps}\n`)).toEqual(expected)
  })

  test('arguments are filled in, the Devfile’s before the Dockerfile’s own', () => {
    const text = 'FROM node\nARG FOLDER=src/deep\nCOPY $FOLDER /app/\n'
    expect(counted(text)).toEqual(['src/deep/b.js'])
    expect(counted(text, { args: { FOLDER: 'docs' } })).toEqual(['docs/guide.md'])
  })

  test('in the stages that the target is made from or takes from, and in no others', () => {
    const text = `FROM node AS base
COPY package.json /app/
FROM base AS build
COPY src /app/
FROM nginx AS docs
COPY docs /docs/
FROM nginx AS site
COPY --from=build /app /app
FROM node AS tools
RUN --mount=from=docs,target=/docs make
FROM site
COPY README.md /`
    expect(counted(text)).toEqual(['package.json', 'README.md', 'src/a.js', 'src/deep/b.js'])
    expect(counted(text, { target: 'base' })).toEqual(['package.json'])
    expect(counted(text, { target: 'tools' })).toEqual(['docs/guide.md'])
  })
})

test.each([
  ['the whole context is copied', 'COPY . /app/'],
  ['one step of several copies it', 'COPY package.json .\nCOPY ./ /app/'],
  ['a variable is of the base image', 'COPY $FOLDER /app/'],
  ['a mount shows the context', 'RUN --mount=target=/src make'],
  ['a mount’s source is a variable of the base image', 'RUN --mount=source=$FOLDER,target=/src make'],
  ['it takes from a stage that a variable names', 'COPY --from=$STAGE /a /b'],
  ['nothing is copied, so that the base image may do it ONBUILD', 'RUN make'],
  ['an instruction is not known', 'COPY src /app/\nINCLUDE other'],
])('every edit is one of the image where %s', (_, steps) => {
  expect(counted(`FROM node AS build\n${steps}\n`)).toBe('all')
})

test('every edit is one of the image where its base copies ONBUILD, or is not known', () => {
  expect(counted('FROM node:8-onbuild\nCOPY docs /docs/\n')).toBe('all')
  expect(counted('FROM node AS a\nONBUILD COPY . /\nFROM a\nCOPY docs /docs/\n')).toBe('all')
  expect(counted('ARG BASE\nFROM $BASE\nCOPY docs /docs/\n')).toBe('all')
  expect(counted('COPY docs /docs/\n')).toBe('all')
  expect(counted('FROM node\nCOPY docs /docs/\n', { target: 'missing' })).toBe('all')
})

test('a folder is looked into only where something below it may count', () => {
  const sources = readSources({ text: 'FROM node\nCOPY web/app package*.json */deep/*.js /\n', args: {} })
  const looked = [
    'web',
    'web/app',
    'web/app/x',
    'web/deep',
    'src/deep',
    'src/other',
    'packages.json/x',
    'docs/a/b',
  ]
  expect(looked.filter(folder => sources?.covers(folder, true))).toEqual([
    'web',
    'web/app',
    'web/app/x',
    'web/deep',
    'src/deep',
    'packages.json/x',
  ])
})
