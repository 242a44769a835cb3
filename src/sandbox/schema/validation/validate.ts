import { validateJson } from '../custom/validate-json.ts'
import type { Draft } from '../draft.ts'
import { peek } from '../draft.ts'
import type { FieldError } from '../field-error.ts'
import { type Kind, storedVersion } from '../kind.ts'
import type { JsonObject } from '../types.ts'
import { validateConfigMap, validateSecret } from './data.ts'
import { validateDefinition } from './definition.ts'
import { validateImmutable } from './immutable.ts'
import { validateMetadata } from './metadata.ts'
import { validateCronJob, validateIngress } from './others.ts'
import { validatePodSpec } from './pod.ts'
import { missingFields } from './required.ts'
import { validateService } from './service.ts'
import { validateWorkload } from './workload.ts'

/** What is wrong with an object, all of it at once. */
export function validate(kind: Kind, object: Draft, previous: JsonObject | undefined): FieldError[] {
  const { schema, jsonSchema } = storedVersion(kind)
  const errors = [
    ...validateMetadata(kind, object),
    ...(jsonSchema ? validateJson(jsonSchema, object, '') : []),
    ...(kind.isCustom ? [] : missingFields(schema, object)),
    ...(validators[kind.resource]?.(object) ?? []),
  ]
  // What could not be created is not compared with what was there.
  return errors.length > 0 || !previous ? errors : validateImmutable(kind, object, previous)
}

const validators: Readonly<Record<string, (object: Draft) => FieldError[]>> = {
  pods: object => validatePodSpec(peek(object, 'spec'), 'spec'),
  'deployments.apps': validateWorkload,
  'replicasets.apps': validateWorkload,
  'statefulsets.apps': validateWorkload,
  'daemonsets.apps': validateWorkload,
  'jobs.batch': validateWorkload,
  'cronjobs.batch': validateCronJob,
  configmaps: validateConfigMap,
  secrets: validateSecret,
  services: validateService,
  'ingresses.networking.k8s.io': validateIngress,
  'customresourcedefinitions.apiextensions.k8s.io': validateDefinition,
}
