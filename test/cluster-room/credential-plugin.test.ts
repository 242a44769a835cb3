import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CredentialPlugin } from '../../src/cluster/credential-plugin.ts'
import { kubeContext } from '../fakes/kubeconfig.ts'

let folder: string
let opened: CredentialPlugin[] = []
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devloop-plugin-'))
})
afterEach(() => {
  for (const plugin of opened) plugin.close()
  opened = []
  rmSync(folder, { recursive: true })
})

/** A plugin that is a shell script; each run of it leaves a line in `runs`. */
function pluginOf(script: string, settings: Record<string, unknown> = {}, timeoutMs?: number) {
  const command = path.join(folder, 'plugin')
  writeFileSync(command, `#!/bin/sh\necho run >> ${folder}/runs\n${script}\n`)
  chmodSync(command, 0o755)
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, ...settings }
  const plugin = new CredentialPlugin(exec, kubeContext(), { ca: Buffer.from('CA') }, timeoutMs)
  opened.push(plugin)
  return plugin
}

const runs = () => readFileSync(path.join(folder, 'runs'), 'utf8').trim().split('\n').length
const answer = (status: object) => `echo '${JSON.stringify({ kind: 'ExecCredential', status })}'`

test('a plugin is run once for all who ask, and again only when its credential has expired', async () => {
  const lasting = pluginOf(answer({ token: 't', expirationTimestamp: '2999-01-01T00:00:00Z' }))
  const asked = await Promise.all([lasting.credential(), lasting.credential()])
  expect([...asked, await lasting.credential()]).toEqual(Array(3).fill({ ok: true, value: { token: 't' } }))
  expect(runs()).toBe(1)

  const expired = pluginOf(answer({ token: 't', expirationTimestamp: '2001-01-01T00:00:00Z' }))
  await expired.credential()
  await expired.credential()
  expect(runs()).toBe(3)
})

test('a credential that the server did not accept is asked for anew', async () => {
  const plugin = pluginOf(answer({ token: 't' }))
  await plugin.credential()
  plugin.forget()
  await plugin.credential()
  expect(runs()).toBe(2)
})

test('a plugin gets its arguments, its environment and what it may know of the cluster', async () => {
  const script = `printf '%s' "$KUBERNETES_EXEC_INFO" > ${folder}/info
printf '{"status":{"token":"%s-%s"}}' "$1" "$WHO"`
  const plugin = pluginOf(script, {
    args: ['login'],
    env: [{ name: 'WHO', value: 'me' }],
    provideClusterInfo: true,
  })
  expect(await plugin.credential()).toEqual({ ok: true, value: { token: 'login-me' } })
  expect(JSON.parse(readFileSync(path.join(folder, 'info'), 'utf8'))).toMatchObject({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': 'Q0E=' },
    },
  })
})

test('a plugin can hand out a client certificate', async () => {
  const plugin = pluginOf(answer({ clientCertificateData: 'CERT', clientKeyData: 'KEY' }))
  expect(await plugin.credential()).toEqual({ ok: true, value: { cert: 'CERT', key: 'KEY' } })
})

test('what a failing plugin says is passed on', async () => {
  const plugin = pluginOf('echo "your session is over: run cloud login" >&2; exit 3')
  expect(await plugin.credential()).toMatchObject({
    failure: {
      kind: 'unauthorized',
      message: expect.stringMatching(
        /plugin failed with exit code 3: your session is over: run cloud login$/,
      ),
    },
  })
})

test('a plugin that hangs is ended after its time', async () => {
  const plugin = pluginOf('echo "open your browser" >&2; exec sleep 60', {}, 200)
  expect(await plugin.credential()).toMatchObject({
    failure: { message: expect.stringContaining('did not end within 0.2 s: open your browser') },
  })
})

test('a plugin that is not installed is told with its own hint', async () => {
  const plugin = pluginOf('', { command: 'no-such-plugin', installHint: 'Get it with: brew install it\n' })
  expect(await plugin.credential()).toMatchObject({
    failure: {
      message: 'the credential plugin no-such-plugin was not found: Get it with: brew install it',
    },
  })
})

test('an answer that is no credential is never quoted, as it may hold a secret', async () => {
  const plugin = pluginOf("echo 'secret'")
  const asked = await plugin.credential()
  expect(asked).toMatchObject({ failure: { message: expect.stringContaining('no ExecCredential') } })
  expect(JSON.stringify(asked)).not.toContain('secret')
})

test('a plugin that must ask the user something is refused instead of waiting for nobody', async () => {
  const plugin = pluginOf(answer({ token: 't' }), { interactiveMode: 'Always' })
  expect(await plugin.credential()).toMatchObject({ failure: { message: expect.stringContaining('asks') } })
})
