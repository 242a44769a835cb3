import { expect, test } from 'vitest'
import { hasRemoteSources } from '../../src/dockerfile/remote-sources.ts'

const closed: Readonly<Record<string, string>> = {
  'copied files': 'FROM node:20\nCOPY . /app\nADD archive.tar.gz /srv\n',
  'a target that is a variable': 'FROM node:20\nADD app.tar ${HOME}/app\n',
  'a base by an argument with a default': 'ARG VERSION=20\nFROM node:${VERSION}\n',
  'a base by an argument of the Devfile': 'ARG VERSION\nFROM node:$VERSION\n',
  'a base by a variable with a word for its absence': 'FROM node:${OTHER:-20}\n',
  'a download by a command': 'FROM node:20\nRUN curl https://example.org/x\n',
}
for (const [what, text] of Object.entries(closed)) {
  test(`${what}: all that it reads is known`, () => {
    expect(hasRemoteSources(text, { VERSION: '20' })).toBe(false)
  })
}

const open: Readonly<Record<string, string>> = {
  'ADD of a URL': 'FROM scratch\nADD https://example.org/x.tar /\n',
  'ADD of a URL with options': 'FROM scratch\nADD --chown=1:1 --unpack=true http://example.org/x.tar /\n',
  'ADD of a list with a URL': 'FROM scratch\nADD ["a", "https://example.org/x", "/"]\n',
  'ADD of a git repository': 'FROM scratch\nADD git@example.org:shop/web.git#main /src\n',
  'ADD of a git repository over HTTP': 'FROM scratch\nADD https://example.org/web.git /src\n',
  'ADD of a variable, which may be a URL': 'ARG URL\nFROM scratch\nADD $URL /\n',
  'a base that depends on the platform': 'FROM shop/base:$TARGETARCH\n',
}
for (const [what, text] of Object.entries(open)) {
  test(`${what}: only a build can say whether it has changed`, () => {
    expect(hasRemoteSources(text, {})).toBe(true)
  })
}
