/** The addresses of the sandbox: `docs/sandbox.md`. */
export const clusterNetwork = {
  bridge: 'devloop0',
  /** Of the node, on the bridge: the first address of the pods' network. */
  node: '10.88.0.1',
  pods: { network: '10.88.0.0', prefix: 16 },
  services: { network: '10.96.0.0', prefix: 16 },
  dns: '10.96.0.10',
} as const

/** The next address of the pods' network that is free; it goes round, so that an address is not soon another pod's. */
export class PodAddresses {
  readonly #taken = new Set<string>()
  #last = 1

  /** Undefined where all 65,533 are taken. */
  take(): string | undefined {
    for (let tries = 0; tries < 65_536; tries++) {
      this.#last = this.#last >= 65_534 ? 2 : this.#last + 1
      const address = `10.88.${this.#last >> 8}.${this.#last & 255}`
      if (this.#taken.has(address)) continue
      this.#taken.add(address)
      return address
    }
    return undefined
  }

  giveBack(address: string): void {
    this.#taken.delete(address)
  }
}
