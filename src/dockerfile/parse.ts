import { type Dockerfile, DockerfileParser } from 'dockerfile-ast'

let last: { readonly text: string; readonly parsed: Dockerfile } | undefined

/** Remembers the last one: what is to be known of a Dockerfile is asked in several questions, one after the other. */
export function parseDockerfile(text: string): Dockerfile {
  if (last?.text !== text) last = { text, parsed: DockerfileParser.parse(text) }
  return last.parsed
}
