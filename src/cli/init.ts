import { styleText } from 'node:util'
import type { Failure } from '../model/failure.ts'
import {
  type DraftImage,
  type DraftService,
  draftProject,
  existingDevfile,
  printRecipe,
  type Remark,
  writeDevfile,
} from '../session/init.ts'
import { clean, count, formatDuration, formatPath, listed } from '../ui/text.ts'
import { printFailures } from './failures.ts'
import { hideStep, showStep } from './step-line.ts'

const { stdout } = process

/** Writes a Devfile into the present folder, and says what it was made from. Gives the exit code: 1 where none was written. */
export async function init(): Promise<number> {
  const root = process.cwd()
  const existing = existingDevfile(root)
  if (existing) return printFailures([existing])

  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  const begun = performance.now()
  const { draft, fileCount } = await draftProject(root, { signal: stop.signal, onStep: showStep })
  hideStep()
  if (stop.signal.aborted) return 130
  print([
    `${count(fileCount, 'file')} looked at in ${formatDuration(performance.now() - begun)}`,
    ...section('images', draft.images.flatMap(imageLines)),
    ...section('services', draft.services.flatMap(serviceLines)),
    ...section('for you to decide', draft.remarks.flatMap(remarkLines)),
    '',
  ])
  if (draft.services.length === 0) return printFailures([nothingToRun()])
  const written = await writeDevfile(root, draft)
  if (!written.ok) return printFailures([written.failure])
  print([`${formatPath(written.value, root)} is written. Next: devloop up`])
  return 0
}

function print(lines: readonly string[]): void {
  stdout.write(`${lines.join('\n')}\n`)
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', styleText('bold', title, { stream: stdout }), ...lines]
}

function imageLines({ ref, recipe, reason, doubt }: DraftImage): readonly string[] {
  return [
    `${mark(doubt === undefined)} ${clean(ref)}: ${clean(printRecipe(recipe))}`,
    `${indent}${clean(reason)}`,
    ...(doubt === undefined ? [] : [`${indent}${clean(doubt)}`]),
  ]
}

function serviceLines(service: DraftService): readonly string[] {
  const { name, manifests, objects, foreignImages, ports, dependsOn } = service
  const after = dependsOn.map(dependency => `${dependency.service} (${dependency.reason})`)
  const facts = [
    `${listed(objects, 5)} in ${listed(manifests)}`,
    ...(foreignImages.length > 0 ? [`not built here: ${listed(foreignImages)}`] : []),
    ...(ports.length > 0 ? [`forwarded: ${ports.join(', ')}`] : []),
    ...(after.length > 0 ? [`first after ${listed(after, after.length)}`] : []),
  ]
  return [`${mark(true)} ${name}`, ...facts.map(fact => `${indent}${clean(fact)}`)]
}

function remarkLines({ text, cure }: Remark): readonly string[] {
  return [`${mark(false)} ${clean(text)}`, `${indent}${clean(cure)}`]
}

const indent = ' '.repeat(4)

function mark(isSure: boolean): string {
  return isSure ? styleText('green', '✓', { stream: stdout }) : styleText('yellow', '!', { stream: stdout })
}

function nothingToRun(): Failure {
  return {
    code: 'deploy/manifest-missing',
    message: 'No Devfile was written: there are no Kubernetes manifests to run.',
    at: { file: process.cwd() },
    cure: 'Write them first, such as k8s/web.yaml with a Deployment and a Service; then start devloop init again.',
  }
}
