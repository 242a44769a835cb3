import path from 'node:path'
import { splitWords } from './expand.ts'
import { type Instruction, readInstructions, readJsonForm } from './instructions.ts'
import { resolveFrom } from './paths.ts'
import { readCopy } from './read-copy.ts'
import { readRun } from './read-run.ts'
import type { Position, Stage, Step } from './stage.ts'
import { Variables } from './variables.ts'

/** Instructions that change no file, and nothing that is asked of a stage. */
const harmless = new Set(['EXPOSE', 'HEALTHCHECK', 'LABEL', 'MAINTAINER', 'STOPSIGNAL', 'USER', 'VOLUME'])

/** @param args what the build is given with `--build-arg`. */
export function readStages(text: string, args: Readonly<Record<string, string>>): readonly Stage[] {
  const { instructions, escapeCharacter } = readInstructions(text)
  const stages: Stage[] = []
  const globals = new Variables(args)
  const firstFrom = instructions.findIndex(({ keyword }) => keyword === 'FROM')
  if (firstFrom < 0) return []
  for (const instruction of instructions.slice(0, firstFrom))
    if (instruction.keyword === 'ARG')
      globals.declareArgs(splitWords(instruction.body, escapeCharacter), escapeCharacter)
  let at = firstFrom
  while (at < instructions.length) {
    const next = instructions.findIndex(({ keyword }, index) => index > at && keyword === 'FROM')
    const end = next < 0 ? instructions.length : next
    stages.push(readStage(instructions.slice(at, end), { escapeCharacter, globals, args, above: stages }))
    at = end
  }
  return stages
}

interface Surroundings {
  readonly escapeCharacter: string
  readonly globals: Variables
  readonly args: Readonly<Record<string, string>>
  readonly above: readonly Stage[]
}

function readStage(instructions: readonly Instruction[], surroundings: Surroundings): Stage {
  const { escapeCharacter, globals, args, above } = surroundings
  const [from, ...rest] = instructions
  const [reference = '', as, name] = from?.body.split(/\s+/) ?? []
  const image = globals.expand(reference, escapeCharacter)
  const parent = image === undefined ? undefined : findStage(above, image)
  const isEmpty = image === 'scratch'
  const variables = new Variables(args, { globals, isEmpty, ...(parent && { parent: parent.variables }) })
  let workdir = parent ? parent.workdir : isEmpty ? '/' : undefined
  let { entrypoint, command } = parent ?? {}
  const folders = new Set(parent ? parent.folders : isEmpty ? ['/'] : ['/', '/etc', '/tmp'])
  const steps: Step[] = []
  let isPosixShell = true
  let hasOwnCommand = false
  const position = (): Position => ({
    escapeCharacter,
    lookup: variables.lookup,
    workdir,
    folders,
    findStage: reference => findStage(above, reference),
  })

  for (const instruction of rest) {
    const { keyword, body, line, text } = instruction
    switch (keyword) {
      case 'ARG':
        variables.declareArgs(splitWords(body, escapeCharacter), escapeCharacter)
        break
      case 'ENV':
        variables.setEnv(body, escapeCharacter)
        break
      case 'WORKDIR':
        workdir = resolveFrom(workdir, variables.expand(body, escapeCharacter))
        if (workdir !== undefined) addFolder(folders, workdir)
        break
      case 'COPY':
      case 'ADD':
        for (const step of readCopy(instruction, position())) {
          steps.push(step)
          if (step.destination !== undefined && step.intoFolder) addFolder(folders, step.destination)
        }
        break
      case 'RUN':
        steps.push(readRun(instruction, position(), isPosixShell))
        break
      case 'SHELL':
        isPosixShell = /^\/bin\/(?:ba|da|a)?sh$/.test(readJsonForm(body)?.[0] ?? '')
        break
      case 'ENTRYPOINT':
        entrypoint = { line, value: readJsonForm(body) ?? body }
        // A command of the base belongs to the base's entrypoint.
        if (!hasOwnCommand) command = undefined
        break
      case 'CMD':
        command = { line, value: readJsonForm(body) ?? body }
        hasOwnCommand = true
        break
      case 'ONBUILD':
        steps.push({ kind: 'unknown', line, text, reason: 'what ONBUILD does is not followed' })
        break
      default:
        if (!harmless.has(keyword))
          steps.push({ kind: 'unknown', line, text, reason: `${keyword} is no instruction that is known` })
    }
  }
  if (image === undefined && from)
    steps.unshift({
      kind: 'unknown',
      line: from.line,
      text: from.text,
      reason: 'FROM needs a build argument that is not given',
    })
  return {
    ...(as?.toLowerCase() === 'as' && name && { name }),
    base: parent ? { kind: 'stage', stage: parent } : { kind: 'image', name: image },
    steps,
    ...(entrypoint && { entrypoint }),
    ...(command && { command }),
    variables,
    workdir,
    folders,
  }
}

export function findStage(stages: readonly Stage[], reference: string): Stage | undefined {
  const byName = stages.findLast(({ name }) => name?.toLowerCase() === reference.toLowerCase())
  return byName ?? (/^\d+$/.test(reference) ? stages[Number(reference)] : undefined)
}

function addFolder(folders: Set<string>, folder: string): void {
  for (let at = folder; at !== '/'; at = path.posix.dirname(at)) folders.add(at)
}
