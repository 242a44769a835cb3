import { fail, ok, type Result } from '../../../model/result.ts'
import { isRecord } from '../../../util/is-record.ts'
import type { Kind } from '../../schema/kind.ts'
import type { StoredObject } from '../../store/object-store.ts'

export type ObjectTest = (object: StoredObject) => boolean

/** Besides name and namespace, which every kind can be selected by. */
const fieldsByKind: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  namespaces: ['status.phase'],
  nodes: ['spec.unschedulable'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  replicationcontrollers: ['status.replicas'],
  'replicasets.apps': ['status.replicas'],
  'jobs.batch': ['status.successful'],
}

/**
 * Reads a field selector as requests have it: `status.phase!=Running,spec.nodeName=node`.
 *
 * @returns the words for the user where it is none, or names a field that the kind cannot be selected by
 */
export function parseFieldSelector(kind: Kind, text: string): Result<ObjectTest, string> {
  const tests: ObjectTest[] = []
  for (const term of text.split(',').filter(part => part !== '')) {
    const [, field = '', operator = '', value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? []
    if (operator === '') return fail(`invalid selector: '${text}'; can't understand '${term}'`)
    if (!isSelectable(kind, field)) return fail(unsupportedWords(kind, field))
    const path = field === 'source' ? ['source', 'component'] : field.split('.')
    tests.push(object => (textAt(object, path) === value) === (operator !== '!='))
  }
  return ok(object => tests.every(test => test(object)))
}

function unsupportedWords(kind: Kind, field: string): string {
  if (fieldsByKind[kind.resource]) return `field label not supported: ${field}`
  return `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
}

function isSelectable(kind: Kind, field: string): boolean {
  if (field === 'metadata.name') return true
  if (field === 'metadata.namespace') return kind.isNamespaced
  return fieldsByKind[kind.resource]?.includes(field) ?? false
}

function textAt(object: StoredObject, path: readonly string[]): string {
  let value: unknown = object
  for (const field of path) value = isRecord(value) ? value[field] : undefined
  if (value === undefined || value === null) return path.at(-1) === 'hostNetwork' ? 'false' : ''
  return String(value)
}
