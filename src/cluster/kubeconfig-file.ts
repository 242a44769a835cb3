import { isNode, LineCounter, parseDocument } from 'yaml'
import { fail, ok, type Result } from '../model/result.ts'
import { isRecord } from '../util/is-record.ts'

/** What one kubeconfig file says. */
export interface KubeconfigFile {
  /** Absolute. */
  readonly path: string
  readonly currentContext?: string
  readonly contexts: readonly NamedEntry[]
  readonly clusters: readonly NamedEntry[]
  readonly users: readonly NamedEntry[]
}

/** An entry such as `{name: kind, cluster: {…}}`. */
export interface NamedEntry {
  readonly name: string
  /** The file that it stands in, absolute. */
  readonly file: string
  readonly fields: Fields
}

export type Fields = Readonly<Record<string, unknown>>

/** Reads the text of a kubeconfig (YAML, and so JSON too). An empty file is one that says nothing. */
export function parseKubeconfig(path: string, text: string): Result<KubeconfigFile> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const invalid = (message: string, offset: number, why?: string): Result<never> =>
    fail({
      code: 'cluster/kubeconfig',
      message,
      at: { file: path, line: lines.linePos(offset).line },
      ...(why && { why }),
    })
  const [error] = document.errors
  if (error) return invalid('The kubeconfig is not valid YAML.', error.pos[0], error.message)
  const root: unknown = document.toJS() ?? {}
  if (!isRecord(root)) return invalid('The kubeconfig is not a mapping.', 0)

  const entries: Record<EntryList, NamedEntry[]> = { contexts: [], clusters: [], users: [] }
  for (const list of entryLists) {
    const items = root[list] ?? []
    if (!Array.isArray(items))
      return invalid(`\`${list}\` of the kubeconfig is not a list.`, offsetOf(document, [list]))
    for (const [index, item] of items.entries()) {
      const entry = toEntry(path, list, item)
      if (!entry)
        return invalid(`An entry of \`${list}\` is not as it should be.`, offsetOf(document, [list, index]))
      entries[list].push(entry)
    }
  }
  const currentContext = root['current-context']
  return ok({ path, ...entries, ...(isText(currentContext) && { currentContext }) })
}

const entryLists = ['contexts', 'clusters', 'users'] as const
type EntryList = (typeof entryLists)[number]

/** `contexts` hold `{name, context}`, and so on. */
function toEntry(file: string, list: EntryList, item: unknown): NamedEntry | undefined {
  if (!isRecord(item) || !isText(item.name)) return undefined
  const fields = item[list.slice(0, -1)] ?? {}
  return isRecord(fields) ? { name: item.name, file, fields } : undefined
}

function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly (string | number)[]): number {
  const node = document.getIn(path, true)
  return (isNode(node) && node.range?.[0]) || 0
}

/** A string that says something. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
