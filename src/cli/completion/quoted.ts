/** A text as one word of a shell of POSIX's family, fish too. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
