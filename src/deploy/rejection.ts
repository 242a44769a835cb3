import type { Failure } from '../model/failure.ts'
import { describeObject } from '../model/kube.ts'
import type { ApiError } from '../model/kube-api.ts'
import type { ManifestObject } from './manifests.ts'

/** Why the cluster does not take an object, at the line of the field that is wrong. */
export function explainRejection(error: ApiError, one: ManifestObject, defaultNamespace: string): Failure {
  const name = describeObject(one.object)
  const field = error.causes?.find(cause => cause.field)?.field
  const line = field === undefined ? one.source.line : one.lineOf(field)
  const at = { file: one.source.file, line, object: name }
  const namespace = one.object.metadata.namespace ?? defaultNamespace
  switch (error.kind) {
    case 'unreachable':
    case 'timeout':
      return {
        code: 'cluster/unreachable',
        message: `The cluster does not answer while ${name} is applied.`,
        why: error.message,
        cure: 'Start the cluster; devloop goes on by itself.',
      }
    case 'unknown-kind':
      return {
        code: 'deploy/rejected',
        message: `The cluster knows no ${one.object.kind} in ${one.object.apiVersion}.`,
        at,
        cure: 'Check apiVersion and kind (kubectl api-resources lists them), or install the CustomResourceDefinition that defines it.',
      }
    case 'invalid':
      return {
        code: 'deploy/rejected',
        message: `The cluster refuses ${name}: ${describeCauses(error)}`,
        at,
        cure: isUnknownField(error)
          ? `Check the spelling and the indentation (kubectl explain ${one.object.kind.toLowerCase()}.${parentOf(field)} lists the fields).`
          : 'Correct the field; it is applied when the file is saved.',
      }
    case 'not-found':
      return {
        code: 'deploy/rejected',
        message: `The namespace ${namespace} for ${name} does not exist.`,
        at,
        cure: `Create it (kubectl create namespace ${namespace}), or add a Namespace to the manifests.`,
      }
    case 'forbidden':
    case 'unauthorized':
      return {
        code: 'deploy/rejected',
        message: `The cluster does not let you apply ${name}.`,
        at,
        why: error.message,
        cure: 'Use a context whose user may do that, or ask the cluster’s owner.',
      }
    default:
      return {
        code: 'deploy/rejected',
        message: `The cluster refuses ${name}.`,
        at,
        why: error.message,
        cure: 'Correct the manifest; it is applied when the file is saved.',
      }
  }
}

function describeCauses(error: ApiError): string {
  const causes = (error.causes ?? []).map(({ field, message }) =>
    field ? `${field.replace(/^\./, '')}: ${message}` : message,
  )
  const text = causes.length > 0 ? causes.slice(0, 5).join('; ') : error.message
  return text.endsWith('.') ? text : `${text}.`
}

function isUnknownField({ causes = [], message }: ApiError): boolean {
  return [message, ...causes.map(cause => cause.message)].some(text =>
    /not declared in schema|unknown field/.test(text),
  )
}

/** The path of the object that holds a field, without positions, as `kubectl explain` wants it. */
function parentOf(field: string | undefined): string {
  const plain = (field ?? '').replace(/^\./, '').replace(/\[[^\]]*\]/g, '')
  const parent = plain.split('.').slice(0, -1).join('.')
  return parent === '' ? 'spec' : parent
}
