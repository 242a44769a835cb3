import path from 'node:path'
import picomatch from 'picomatch'
import { readManifests } from '../../deploy/manifests.ts'
import type { KubeObject } from '../../model/kube.ts'
import { composeNames } from './compose.ts'
import type { Remark } from './draft.ts'
import { readKustomizations } from './kustomizations.ts'
import type { Survey } from './survey.ts'
import { readWritten } from './text-file.ts'

/** A file of objects for a cluster. */
export interface ManifestFile {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly objects: readonly KubeObject[]
}

export interface FoundManifests {
  readonly files: readonly ManifestFile[]
  readonly remarks: readonly Remark[]
}

const maxFiles = 500

/** Finds the manifests that can be applied as they are; says what of kustomizations and charts cannot. */
export async function findManifests(survey: Survey): Promise<FoundManifests> {
  const { root, files } = survey
  const charts = outermost(
    files.filter(file => path.posix.basename(file) === 'Chart.yaml').map(file => path.posix.dirname(file)),
  )
  const kustomizations = await readKustomizations(survey)
  const remarks = [...charts.map(chartRemark), ...kustomizations.remarks]
  const found: ManifestFile[] = []
  for (const file of files) {
    if (!/\.(?:ya?ml|json)$/.test(file) || composeNames.has(path.posix.basename(file))) continue
    if (kustomizations.isPart(file) || charts.some(chart => isBelow(file, chart))) continue
    if (!isManifest((await readWritten(path.join(root, file))) ?? '')) continue
    if (found.length === maxFiles) {
      remarks.push(tooMany)
      break
    }
    if (picomatch.scan(path.join(root, file)).isGlob) {
      remarks.push({
        text: `${file}: its path has characters that make a pattern of it.`,
        cure: 'Rename it, or name its folder in manifests.',
      })
      continue
    }
    const read = await readManifests([path.join(root, file)])
    if (read.ok) found.push({ path: file, objects: read.value.map(({ object }) => object) })
    else remarks.push({ text: `${file}: ${read.failure.message}`, cure: read.failure.cure ?? 'Correct it.' })
  }
  return { files: found, remarks }
}

/** What tools on this machine read, though it looks like an object of the cluster. */
const toolGroups =
  /^["']?apiVersion["']?:\s*["']?(?:skaffold|kind\.x-k8s\.io|k3d\.io|ctlptl\.dev|kubeadm\.k8s\.io|(?:kubelet|kubeproxy|kubescheduler|apiserver|kustomize)\.config\.k8s\.io|audit\.k8s\.io|backstage\.io)/m

/** It has an apiVersion and a kind, as each object has; a kubeconfig has them, too. */
function isManifest(text: string): boolean {
  const has = (key: string) => new RegExp(`(?:^|[{,])\\s*["']?${key}["']?:`, 'm').test(text)
  if (!has('apiVersion') || !has('kind')) return false
  return !toolGroups.test(text) && !/^["']?kind["']?:\s*["']?Config\b/m.test(text)
}

function outermost(folders: readonly string[]): readonly string[] {
  return folders.filter(folder => !folders.some(other => other !== folder && isBelow(folder, other)))
}

function isBelow(file: string, folder: string): boolean {
  return folder === '.' || file.startsWith(`${folder}/`)
}

function chartRemark(folder: string): Remark {
  const name = folder === '.' ? 'chart' : path.posix.basename(folder)
  return {
    text: `${path.posix.join(folder, 'Chart.yaml')}: charts are not rendered.`,
    cure: `\`helm template ${name} ${folder} > k8s/${name}.yaml\` writes what it makes: name that file in manifests, and write it again after each change.`,
  }
}

const tooMany: Remark = {
  text: `There are more than ${maxFiles} manifests; only the first ones were looked at.`,
  cure: 'Add the others to the Devfile, or start devloop init in the folder of one project.',
}
