import path from 'node:path'
import type { Remark } from './draft.ts'
import type { Survey } from './survey.ts'
import { readYamlMap, textsOf } from './text-file.ts'

/** What the kustomizations of a project say of its YAML files. */
export interface Kustomizations {
  /** A file that is no whole manifest: a patch, or one that lies unused beside a kustomization. */
  readonly isPart: (file: string) => boolean
  readonly remarks: readonly Remark[]
}

const names: ReadonlySet<string> = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization'])

/** Keys that leave the manifests as they are written. */
const plainKeys: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'resources', 'bases'])

/** Kustomizations are not run: the manifests that they start from are taken as they are, and the rest is said. */
export async function readKustomizations({ root, files }: Survey): Promise<Kustomizations> {
  const resources = new Set<string>()
  const parts = new Set<string>()
  const folders = new Set<string>()
  const remarks: Remark[] = []
  for (const file of files.filter(isKustomization)) {
    const folder = path.posix.dirname(file)
    folders.add(folder)
    const said = (await readYamlMap(path.join(root, file))) ?? {}
    for (const name of textsOf(said.resources)) resources.add(path.posix.join(folder, name))
    for (const name of textsIn(said)) parts.add(path.posix.join(folder, name))
    const changes = Object.keys(said).filter(key => !plainKeys.has(key))
    if (changes.length > 0) remarks.push(remarkOn(file, changes))
  }
  return {
    isPart: file =>
      isKustomization(file) ||
      (!resources.has(file) && (parts.has(file) || folders.has(path.posix.dirname(file)))),
    remarks,
  }
}

function isKustomization(file: string): boolean {
  return names.has(path.posix.basename(file))
}

function remarkOn(file: string, changes: readonly string[]): Remark {
  const folder = path.posix.dirname(file)
  return {
    text: `${file}: manifests are applied as they are written, without its ${changes.join(', ')}.`,
    cure: `Where they are needed: \`kubectl kustomize ${folder} > <file>.yaml\`, and name that file in manifests; again after each change.`,
  }
}

/** All texts in a value: any of them may name a file. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
