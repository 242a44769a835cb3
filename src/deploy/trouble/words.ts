/** Takes off what container runtimes and gRPC put in front of the words that matter. One line. */
export function withoutWrapping(message: string): string {
  return message
    .replace(/\s+/g, ' ')
    .replace(/rpc error: code = \w+ desc = /g, '')
    .replace(/^(?:Error: )?failed to start container "[^"]*": /, '')
    .replace(/Error response from daemon: /g, '')
    .replace(/failed to create (?:shim|containerd) task: /g, '')
    .replace(/OCI runtime create failed: (?:runc create failed: )?/g, '')
    .replace(/unable to start container process: /g, '')
    .replace(/: unknown$/, '')
    .trim()
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
