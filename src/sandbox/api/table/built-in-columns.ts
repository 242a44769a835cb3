import { isDraft, items, peek } from '../../schema/draft.ts'
import type { StoredObject } from '../../store/object-store.ts'
import { labelSelectorText } from '../selection/selector-text.ts'
import { clusterColumns } from './cluster-columns.ts'
import { ageColumn, at, type Column, nameColumn, number, orNone, text, wide } from './column.ts'
import { ageSince, humanDuration } from './duration.ts'
import { podReady, podRestarts, podStatus } from './pod-cells.ts'

/** The columns of the kinds that have more to show than a name and an age. */
export const builtInColumns: Readonly<Record<string, readonly Column[]>> = {
  pods: [
    nameColumn,
    text('Ready', podReady),
    text('Status', podStatus),
    text('Restarts', podRestarts),
    ageColumn,
    wide(text('IP', orNone('status.podIP'))),
    wide(text('Node', orNone('spec.nodeName'))),
    wide(text('Nominated Node', orNone('status.nominatedNodeName'))),
    wide(text('Readiness Gates', () => '<none>')),
  ],
  'deployments.apps': [
    nameColumn,
    text('Ready', readyOf('spec.replicas')),
    number('Up-to-date', 'status.updatedReplicas'),
    number('Available', 'status.availableReplicas'),
    ageColumn,
    ...templateColumns(),
    selectorColumn(),
  ],
  'replicasets.apps': replicaColumns(),
  replicationcontrollers: replicaColumns(),
  'statefulsets.apps': [nameColumn, text('Ready', readyOf('spec.replicas')), ageColumn, ...templateColumns()],
  'daemonsets.apps': [
    nameColumn,
    number('Desired', 'status.desiredNumberScheduled'),
    number('Current', 'status.currentNumberScheduled'),
    number('Ready', 'status.numberReady'),
    number('Up-to-date', 'status.updatedNumberScheduled'),
    number('Available', 'status.numberAvailable'),
    text(
      'Node Selector',
      object => labelSelectorText(at(object, 'spec.template.spec.nodeSelector')) || '<none>',
    ),
    ageColumn,
    ...templateColumns(),
    selectorColumn(),
  ],
  'jobs.batch': [
    nameColumn,
    text('Status', jobStatus),
    text('Completions', completions),
    text('Duration', jobDuration),
    ageColumn,
    ...templateColumns(),
    selectorColumn(),
  ],
  'cronjobs.batch': [
    nameColumn,
    text('Schedule', object => at(object, 'spec.schedule')),
    text('Timezone', orNone('spec.timeZone')),
    text('Suspend', object => (at(object, 'spec.suspend') === true ? 'True' : 'False')),
    { name: 'Active', type: 'integer', cell: object => items(peek(object, 'status'), 'active').length },
    text('Last Schedule', (object, now) => {
      const last = at(object, 'status.lastScheduleTime')
      return last === undefined ? '<none>' : ageSince(last, now)
    }),
    ageColumn,
    ...templateColumns('spec.jobTemplate.spec.template.spec'),
    wide(
      text('Selector', object => labelSelectorText(at(object, 'spec.jobTemplate.spec.selector')) || '<none>'),
    ),
  ],
  ...clusterColumns,
}

function replicaColumns(): Column[] {
  return [
    nameColumn,
    number('Desired', 'spec.replicas'),
    number('Current', 'status.replicas'),
    number('Ready', 'status.readyReplicas'),
    ageColumn,
    ...templateColumns(),
    selectorColumn(),
  ]
}

function templateColumns(path = 'spec.template.spec'): Column[] {
  const containers = (object: StoredObject) => {
    const spec = at(object, path)
    return isDraft(spec) ? items(spec, 'containers') : []
  }
  return [
    wide(
      text('Containers', object =>
        containers(object)
          .map(one => one.name)
          .join(','),
      ),
    ),
    wide(
      text('Images', object =>
        containers(object)
          .map(one => one.image)
          .join(','),
      ),
    ),
  ]
}

function selectorColumn(): Column {
  return wide(text('Selector', object => labelSelectorText(at(object, 'spec.selector'))))
}

function readyOf(wanted: string) {
  return (object: StoredObject) => `${at(object, 'status.readyReplicas') ?? 0}/${at(object, wanted) ?? 0}`
}

function jobStatus(job: StoredObject): string {
  const conditions = items(peek(job, 'status'), 'conditions').filter(one => one.status === 'True')
  const has = (type: string) => conditions.some(one => one.type === type)
  if (has('Complete')) return 'Complete'
  if (has('Failed')) return 'Failed'
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating'
  if (has('Suspended')) return 'Suspended'
  if (has('FailureTarget')) return 'FailureTarget'
  return has('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running'
}

function completions(job: StoredObject): string {
  const succeeded = at(job, 'status.succeeded') ?? 0
  const wanted = at(job, 'spec.completions')
  if (wanted !== undefined) return `${succeeded}/${wanted}`
  const parallelism = Number(at(job, 'spec.parallelism') ?? 0)
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

function jobDuration(job: StoredObject, now: Date): string {
  const start = at(job, 'status.startTime')
  if (typeof start !== 'string') return ''
  const end = at(job, 'status.completionTime')
  const until = typeof end === 'string' ? Date.parse(end) : now.getTime()
  return humanDuration((until - Date.parse(start)) / 1_000)
}
