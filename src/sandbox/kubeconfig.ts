import { rename, writeFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { sandboxContext, sandboxKubeconfig } from '../util/sandbox-place.ts'
import type { CertificateWithKey } from './api/certificates.ts'
import { newKubeconfig } from './state-folder.ts'

export interface KubeconfigContent {
  /** On the loopback address. */
  readonly port: number
  /** As PEM. */
  readonly authority: string
  readonly client: CertificateWithKey
}

/** Writes the kubeconfig of the sandbox into its state folder, for its owner only. */
export async function writeKubeconfig(
  folder: string,
  { port, authority, client }: KubeconfigContent,
): Promise<void> {
  const name = sandboxContext
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority-data': encode(authority),
  }
  const user = {
    'client-certificate-data': encode(client.certificate),
    'client-key-data': encode(client.key),
  }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  }
  // At no moment a file that is half written: whoever waits for it reads it at once.
  const file = sandboxKubeconfig(folder)
  await writeFile(newKubeconfig(file), stringify(config), { mode: 0o600 })
  await rename(newKubeconfig(file), file)
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64')
}
