/** The name of a container's version that lost against the host's. @param count how many there are before it */
export function keptCopyName(file: string, count: number): string {
  return `${file}.from-container${count === 0 ? '' : `-${count + 1}`}`
}

/** It is for the user to look at, and belongs in no container. */
export function isKeptCopy(file: string): boolean {
  return /\.from-container(?:-\d+)?$/.test(file)
}
