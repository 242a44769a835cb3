/** A way of an image from the engine into a node. */
export interface Way extends AsyncDisposable {
  readonly name: string
  /** How the bytes were counted, for the table. */
  readonly counted: string
  /** Brings an image of the engine into the node, and says what it took. */
  send(reference: string): Promise<Sent>
}

export interface Sent {
  /** Milliseconds until the node has it. */
  readonly tookMs: number
  /** Out of the engine and into the node: what passes through a registry counts twice. */
  readonly bytes: number
}
