import type { From, Instruction } from 'dockerfile-ast'
import { parseDockerfile } from './parse.ts'

/**
 * Whether a Dockerfile may read what neither a file of the context nor a base that can be named tells: an `ADD` of a URL
 * or a git repository (https://docs.docker.com/reference/dockerfile/#add), or a base that is named by a variable whose
 * value only the builder knows, such as `TARGETARCH`. In doubt it may. What `RUN` fetches is no part of this: it counts
 * as unchanged for Docker's own cache, too.
 */
export function hasRemoteSources(text: string, args: Readonly<Record<string, string>>): boolean {
  const dockerfile = parseDockerfile(text)
  const known = new Set(Object.keys(args))
  for (const arg of dockerfile.getInitialARGs()) {
    const property = arg.getProperty()
    if (property?.getValue()) known.add(property.getName())
  }
  return dockerfile.getInstructions().some(instruction => {
    switch (instruction.getKeyword()) {
      case 'ADD':
        return sourcesOf(instruction).some(source => /\$|[a-z]+:\/\/|git@|\.git\b/i.test(source))
      case 'FROM':
        return namesUnknown((instruction as From).getImage() ?? '', known)
      default:
        return false
    }
  })
}

/** The last argument says where to. */
function sourcesOf(instruction: Instruction): readonly string[] {
  return instruction
    .getArguments()
    .slice(0, -1)
    .map(argument => argument.getValue())
}

/** `${NAME:-word}` has a value in any case. */
function namesUnknown(image: string, known: ReadonlySet<string>): boolean {
  const variables = image.matchAll(/\$(?:(\w+)|\{(\w+)\})/g)
  return [...variables].some(([, plain, braced]) => !known.has(plain ?? braced ?? ''))
}
