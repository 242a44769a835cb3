import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import forge from 'node-forge'
import type { CertificateWithKey } from './certificates.ts'

export interface Subject {
  readonly commonName: string
  readonly organization?: string
  /** Of a server: where it is reached. */
  readonly addresses?: readonly string[]
  readonly names?: readonly string[]
}

const generateKeys = promisify(generateKeyPair)
const authorityName = 'devloop-sandbox-ca'
const keyBits = 2_048
/** Of names and addresses in certificates (RFC 5280, section 4.2.1.6). */
const nameTypes = { dns: 2, ip: 7 } as const

/** Makes an authority of its own and certificates that it signs. Loaded only when they are missing. */
export class CertificateMaker {
  /** As PEM. */
  readonly authority: Promise<string>
  readonly #validDays: number
  readonly #authorityKeys: Promise<KeyPair>

  constructor(validDays: number) {
    this.#validDays = validDays
    this.#authorityKeys = makeKeys()
    this.authority = this.#makeAuthority()
  }

  async signed({
    commonName,
    organization,
    addresses = [],
    names = [],
  }: Subject): Promise<CertificateWithKey> {
    const keys = await makeKeys()
    const isServer = addresses.length > 0 || names.length > 0
    const certificate = await this.#certificate(keys, commonName, organization, [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: isServer, clientAuth: !isServer },
      ...(isServer
        ? [
            {
              name: 'subjectAltName',
              altNames: [
                ...names.map(value => ({ type: nameTypes.dns, value })),
                ...addresses.map(ip => ({ type: nameTypes.ip, ip })),
              ],
            },
          ]
        : []),
    ])
    return { certificate, key: keys.privateKey }
  }

  async #makeAuthority(): Promise<string> {
    return this.#certificate(await this.#authorityKeys, authorityName, undefined, [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ])
  }

  async #certificate(
    { publicKey }: KeyPair,
    commonName: string,
    organization: string | undefined,
    extensions: object[],
  ): Promise<string> {
    const certificate = forge.pki.createCertificate()
    certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
    // A first byte below 0x80 keeps the number positive.
    certificate.serialNumber = `01${randomBytes(15).toString('hex')}`
    const now = Date.now()
    // A clock that is a little behind is no reason to refuse.
    certificate.validity.notBefore = new Date(now - 3_600_000)
    certificate.validity.notAfter = new Date(now + this.#validDays * 86_400_000)
    certificate.setSubject([
      ...(organization === undefined ? [] : [{ name: 'organizationName', value: organization }]),
      { name: 'commonName', value: commonName },
    ])
    certificate.setIssuer([{ name: 'commonName', value: authorityName }])
    certificate.setExtensions(extensions)
    const { privateKey } = await this.#authorityKeys
    certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create())
    return forge.pki.certificateToPem(certificate)
  }
}

interface KeyPair {
  readonly publicKey: string
  readonly privateKey: string
}

function makeKeys(): Promise<KeyPair> {
  return generateKeys('rsa', {
    modulusLength: keyBits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}
