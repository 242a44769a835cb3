import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { inferSync } from '../../src/sync/infer.ts'
import { matchSync } from '../../src/sync/match.ts'
import { makeFolder } from './folder.ts'

const folder = path.join(import.meta.dirname, '../../examples/live')

test.each([
  ['api/src/orders.js', { kind: 'sync', target: '/app/src/orders.js', after: 'restart' }],
  ['api/Dockerfile', { kind: 'rebuild' }],
  ['site/public/index.html', { kind: 'sync', target: '/usr/local/apache2/htdocs/index.html' }],
  ['web/pages/home.py', { kind: 'sync', target: '/app/pages/home.py' }],
  ['web/server.py', { kind: 'rebuild' }],
])('an edit of the live example does what its README says: %s', async (file, expected) => {
  // What is not said to start again is left running.
  expect({ after: undefined, ...(await decide(file)) }).toMatchObject({ after: undefined, ...expected })
})

async function decide(file: string) {
  const [image = ''] = file.split('/')
  const builder = (await loadImages()).find(({ ref }) => ref.endsWith(`live-${image}`))?.builder
  if (builder?.kind !== 'docker') throw new Error(`There is no image for ${file}.`)
  const { context, dockerfile, args, sync } = builder
  if (sync.kind === 'rules') return matchSync(sync.rules)(path.join(folder, file))
  return inferSync({
    dockerfile: readFileSync(dockerfile, 'utf8'),
    name: path.relative(context, dockerfile),
    args,
    isIgnored: () => false,
    exists: other => existsSync(path.join(context, other)),
  }).decide(path.relative(context, path.join(folder, file)))
}

async function loadImages() {
  const { result } = await makeFolder().load({ path: path.join(folder, 'Devfile.ts'), cwd: folder })
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value.images
}
