/** Something that was opened and is closed once. Closing waits until it is really gone. */
export interface Closable {
  close(): Promise<void> | void
}
