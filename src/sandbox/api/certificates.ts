import { X509Certificate } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { CertificateMaker } from './certificate-maker.ts'

/** All as PEM. */
export interface ClusterCertificates {
  /** Signs the others, and is what clients trust. Its key is not kept. */
  readonly authority: string
  readonly server: CertificateWithKey
  /** Of a client that may do everything. */
  readonly client: CertificateWithKey
}

export interface CertificateWithKey {
  readonly certificate: string
  readonly key: string
}

/** Where the server is reached: from the host, and from pods by its address and names as a service. */
const serverAddresses = ['127.0.0.1', '::1', '10.96.0.1']
const serverNames = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
]
const validDays = 3_650
/** Certificates are made anew at the first start at which they are this close to their end. */
const renewalDays = 30
const dayMs = 24 * 60 * 60 * 1_000

/** The certificates of a cluster, kept in a folder that only its owner reads; what is missing or worn out is made. */
export async function clusterCertificates(folder: string): Promise<ClusterCertificates> {
  const file = path.join(folder, 'certificates.json')
  const kept = await readCertificates(file)
  if (kept) return kept
  const { CertificateMaker } = await import('./certificate-maker.ts')
  const made = await makeCertificates(new CertificateMaker(validDays))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // At no moment a file that is half written: another start may read it.
  const draft = `${file}.${process.pid}`
  await writeFile(draft, JSON.stringify(made), { mode: 0o600 })
  await rename(draft, file)
  return made
}

async function makeCertificates(maker: CertificateMaker): Promise<ClusterCertificates> {
  const [server, client] = await Promise.all([
    maker.signed({ commonName: 'devloop-sandbox', addresses: serverAddresses, names: serverNames }),
    // The group that Kubernetes lets do everything.
    maker.signed({ commonName: 'devloop-sandbox-admin', organization: 'system:masters' }),
  ])
  return { authority: await maker.authority, server, client }
}

async function readCertificates(file: string): Promise<ClusterCertificates | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as ClusterCertificates
    const all = [kept.authority, kept.server.certificate, kept.client.certificate]
    const ends = all.map(pem => Date.parse(new X509Certificate(pem).validTo))
    return Math.min(...ends) > Date.now() + renewalDays * dayMs ? kept : undefined
  } catch {
    // There is none yet, or it is not what was written.
    return undefined
  }
}
