import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { startExample } from '../example.ts'

// `pack` cannot be had everywhere: a stand-in for it makes a real image (test/fakes/tools).
test('examples/buildpacks: an edit is live without a new image, and one of package.json by a new one', async () => {
  await using example = await startExample('buildpacks', { service: 'web', port: 8084 })
  await example.serves('make it fast')
  await example.edit('src/quote.js', 'make it fast', 'make it small')
  await example.serves('make it small')
  expect(example.builds()).toBe(1)

  example.up.skip()
  await example.edit('package.json', '"version": "1.0.0"', '"version": "1.1.0"')
  await example.serves('make it small.\nquotes 1.1.0')
  expect(example.builds()).toBe(2)

  await example.edit('README.md', '# Buildpacks', '# Buildpacks, edited')
  await example.edit('src/quote.js', 'make it small', 'make it last')
  await example.serves('make it last')
  expect(example.builds()).toBe(2)
})

test('examples/custom: the script makes a new image of an edited note, and a style sheet needs none', async () => {
  await using example = await startExample('custom', { service: 'site', port: 8085 })
  await example.serves('come from anywhere')
  await example.edit('style.css', 'sans-serif', 'monospace')
  await example.serves('monospace', '/style.css')
  expect(example.builds()).toBe(1)

  await example.edit('notes/1-first.txt', 'anywhere', 'a <script>')
  await example.serves('come from a &lt;script>')
  await example.serves('monospace', '/style.css')
  expect(example.builds()).toBe(2)
})

test('examples/own-builder: the builder of the Devfile makes the pages anew, and says what is wrong with one', async () => {
  await using example = await startExample('own-builder', { service: 'web', port: 8086 })
  await example.serves('<h1>Home</h1>')
  await example.edit('pages/index.txt', 'Home', 'At home')
  await example.serves('<h1>At home</h1>')

  example.up.skip()
  await writeFile(example.file('pages/about.txt'), '')
  const failed = await example.up.next(line => line.type === 'task-ended' && line.outcome === 'failed')
  expect(failed).toMatchObject({ failure: { at: { file: example.file('pages/about.txt'), line: 1 } } })
  await example.serves('<h1>About</h1>', '/about.html')
  await writeFile(example.file('pages/about.txt'), 'About us\n')
  await example.serves('<h1>About us</h1>', '/about.html')
})
