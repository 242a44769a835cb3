import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineOfKey } from '../../src/config/key-line.ts'

const devfile = `import { defineDevfile, docker } from 'devloop'
// defineDevfile({ name: 'an example in a comment' })
const url = /["'{]/.test(\`{ \${'name'}: {\`) ? 4 / 2 : 'services: {'

export default defineDevfile({
  name: 'shop', // services: {
  ...common,
  images: {
    'shop/web': docker({ context: 'web', args: {
      A: url.replace(/[{/]/g, '') } }),
    "shop/api": docker(apiOptions),
  },
  services: {
    /* web: */
    web: {
      ports: [
        9001,
        '8080:3000',
      ],
      dependsOn: [...more, 'api'],
      handler() { return { ports: [] } },
    },
    shared, api: make({ ports: [1] }).with({ ports: [2] }),
  },
})
`

test.each([
  [['name'], 6],
  [['images'], 8],
  [['images', 'shop/web'], 9],
  [['images', 'shop/web', 'args'], 9],
  [['images', 'shop/web', 'args', 'A'], 10],
  [['images', 'shop/api', 'context'], 11],
  [['services', 'web', 'ports', 1], 18],
  [['services', 'web', 'dependsOn', 1], 20],
  [['services', 'web', 'manifests', 0], 15],
  [['services', 'shared', 'ports'], 23],
  [['services', 'toString', 'ports'], 13],
])('a fault at %j is shown on its line, or on that of the nearest key around it', (path, line) => {
  expect(lineOfKey(devfile, path)).toBe(line)
})

test.each([
  ['a function', 'defineDevfile(({ profile, args: [first] }) => ({\n  name: 1 }))', 2],
  [
    'an async function',
    'defineDevfile(async ({ env }) => {\n  const a = { name: 2 }\n  return {\n    name: 1 } })',
    4,
  ],
  ['a function of one name', 'defineDevfile(context => ({ name: 1 }))', 1],
])('a key is found in the object that %s returns', (_, text, line) => {
  expect(lineOfKey(text, ['name'])).toBe(line)
})

test.each([
  [
    'is put together elsewhere',
    'const all = { name: 1 }\nexport default defineDevfile(all)\nconst f = () => ({ name: 1 })',
  ],
  ['has several ends', 'defineDevfile(() => { if (a) return { name: 1 }\n return { name: 2 } })'],
  ['is not that of defineDevfile', 'export default { name: 1 }'],
  ['cannot be read', 'defineDevfile({ name: `${`}` })'],
])('no line is shown rather than a wrong one where the object %s', (_, text) => {
  expect(lineOfKey(text, ['name'])).toBeUndefined()
})

test('the line is right for every key of any object', () => {
  const key = fc.stringMatching(/^[a-z/'" {}:,\\-]{1,8}$/)
  const { tree } = fc.letrec<{ tree: unknown }>(tie => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(
        key.filter(name => !/["'\\]/.test(name)),
        tie('tree'),
        { minKeys: 1, maxKeys: 4 },
      ),
    ),
  }))
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('name', 'images', 'services'), tree), object => {
      const text = `export default defineDevfile(${JSON.stringify(object, undefined, 2)})`
      for (const [name] of Object.entries(object)) {
        const line = text.split('\n').findIndex(content => content.startsWith(`  "${name}":`)) + 1
        expect(lineOfKey(text, [name])).toBe(line)
      }
    }),
  )
})
