import { parseDockerfile } from './parse.ts'

/**
 * The 1-based line of the instruction that a build step shows, such as `COPY nope /x`; older builders print no line
 * number of their own.
 */
export function lineOfInstruction(text: string, step: string): number | undefined {
  const wanted = squeeze(step)
  const instructions = parseDockerfile(text).getInstructions()
  const found = instructions.find(instruction => {
    const content = squeeze(instruction.getTextContent().replace(/\\\r?\n/g, ' '))
    return content === wanted || (wanted.length > 12 && content.startsWith(wanted))
  })
  return found && found.getRange().start.line + 1
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
