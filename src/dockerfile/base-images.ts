import type { Copy, From } from 'dockerfile-ast'
import { parseDockerfile } from './parse.ts'

/**
 * The images that a Dockerfile is made from: what `FROM`, `COPY --from` and `RUN --mount=from` name, with arguments
 * filled in, without the Dockerfile's own stages. A reference that needs an argument without a value is left out.
 */
export function baseImages(text: string, args: Readonly<Record<string, string>>): readonly string[] {
  const dockerfile = parseDockerfile(text)
  const values = new Map<string, string>()
  for (const arg of dockerfile.getInitialARGs()) {
    const property = arg.getProperty()
    if (!property) continue
    const value = args[property.getName()] ?? property.getValue()
    if (value !== null && value !== undefined) values.set(property.getName(), value)
  }
  const stages = new Set<string>(['scratch'])
  const found = new Set<string>()
  const add = (reference: string | null | undefined) => {
    const filled = reference && fillIn(reference, values)
    if (filled && !stages.has(filled.toLowerCase()) && !/^\d+$/.test(filled)) found.add(filled)
  }
  for (const instruction of dockerfile.getInstructions()) {
    switch (instruction.getKeyword()) {
      case 'FROM': {
        const from = instruction as From
        add(from.getImage())
        const stage = from.getBuildStage()
        if (stage) stages.add(stage.toLowerCase())
        break
      }
      case 'COPY':
        add((instruction as Copy).getFromFlag()?.getValue())
        break
      case 'RUN':
        for (const mount of instruction.getTextContent().matchAll(/--mount=(\S+)/g)) {
          add(
            mount[1]
              ?.split(',')
              .find(part => part.startsWith('from='))
              ?.slice('from='.length),
          )
        }
        break
    }
  }
  return [...found]
}

/** `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`, as Dockerfiles write them. */
function fillIn(text: string, values: ReadonlyMap<string, string>): string | undefined {
  let isComplete = true
  const filled = text.replace(
    /\$(?:(\w+)|\{(\w+)(?::([-+])([^}]*))?\})/g,
    (_, plain?: string, braced?: string, operator?: string, word?: string) => {
      const value = values.get(plain ?? braced ?? '')
      if (operator === '-') return value || (word ?? '')
      if (operator === '+') return value ? (word ?? '') : ''
      if (value === undefined) isComplete = false
      return value ?? ''
    },
  )
  return isComplete ? filled : undefined
}
