import { isDeepStrictEqual, type styleText } from 'node:util'
import type { Event, ProjectReloaded, TaskEnded } from '../engine/events.ts'
import type { Hold } from '../engine/plan.ts'
import type { Listener, Snapshot } from '../engine/port.ts'
import type { SyncTask } from '../engine/task.ts'
import { troubleOf } from '../feed/trouble.ts'
import type { Failure } from '../model/failure.ts'
import { formatCauses } from './causes.ts'
import { describeHold } from './holds.ts'
import { clean, count, formatDuration, formatFailure, formatPath, listed } from './text.ts'

/** One thing that has happened, in the words for a person. */
export interface Told {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** A service, an image, or a part of devloop. */
  readonly subject: string
  readonly word: string
  readonly text: string
  /** Lines that belong to it. */
  readonly more: readonly string[]
  readonly style: Style
  /** A line of a tool. */
  readonly isOutput: boolean
}

/** Milliseconds of a load that somebody may want to be fewer. */
const noticedLoadMs = 100

/** They pass by themselves, or are said by a line of their own. */
const quietHolds: ReadonlySet<Hold['reason']> = new Set(['cancelling', 'build-limit', 'paused'])

type Style = Extract<Parameters<typeof styleText>[0], string>

/**
 * Puts the feed into words, one thing a step, each with the service or image, and how long it took.
 *
 * @param cwd paths are told relative to it
 */
export function narrate(cwd: string, tell: (told: Told) => void): Listener {
  const print = (event: Event, subject: string, word: string, text: string, style: Style = 'reset') =>
    tell({ at: event.at, subject, word, text, more: [], style, isOutput: false })
  const printFailure = (event: Event, subject: string, word: string, failure: Failure) => {
    const [text = '', ...more] = formatFailure(failure, cwd)
    tell({ at: event.at, subject, word, text, more, style: 'red', isOutput: false })
  }

  return (event, snapshot, before) => {
    switch (event.type) {
      case 'task-started':
        startTask(event.task)
        break
      case 'task-output':
        tell({
          at: event.at,
          subject: subjectName(event.task),
          word: '',
          text: `│ ${clean(event.line)}`,
          more: [],
          style: 'dim',
          isOutput: true,
        })
        break
      case 'task-ended':
        endTask(event)
        break
      case 'cluster-connected':
        print(event, 'cluster', 'connected', `${event.context} · ${event.provider}`)
        break
      case 'cluster-lost':
        if (before.state.cluster.phase !== 'lost') printFailure(event, 'cluster', 'lost', event.failure)
        break
      case 'devfile-broken':
        for (const failure of event.failures) printFailure(event, 'Devfile', 'failed', failure)
        break
      case 'project-reloaded':
        print(event, 'Devfile', 'reloaded', describeReload(event, before))
        break
      case 'watch-failed':
        printFailure(event, 'watch', 'failed', event.failure)
        break
      case 'pause-asked':
        if (!before.state.paused)
          print(event, 'devloop', 'paused', 'changes are collected; devloop resume makes them live')
        break
      case 'resume-asked':
        if (before.state.paused) print(event, 'devloop', 'resumed', '')
        break
      case 'stop-asked':
        print(event, 'devloop', 'stopping', 'the stack keeps running; devloop down takes it away')
        break
      case 'files-changed':
      case 'task-cancelled':
      case 'rollout-seen':
      case 'process-ended':
      case 'forward-seen':
      case 'environment-mended':
      case 'trigger-asked':
      case 'disable-asked':
      case 'enable-asked':
        break
      default:
        event satisfies never
    }
    showForwards()
    showStatuses()
    showHolds()

    function startTask(task: TaskEnded['task']) {
      if (task.kind === 'compile') {
        const causes = snapshot.state.images.get(task.image)?.compilation.causes ?? []
        print(event, task.image, 'compiling', formatCauses(causes, cwd))
      }
      if (task.kind !== 'build') return
      const causes = snapshot.state.images.get(task.image)?.causes ?? []
      const reason = causes.map(cause => (cause.kind === 'file' ? cause.reason : undefined)).find(Boolean)
      const why = reason === undefined ? '' : ` · ${clean(reason)}`
      print(event, task.image, 'building', `${formatCauses(causes, cwd)}${why}`)
    }

    function endTask({ task, outcome, tookMs }: TaskEnded) {
      const took = formatDuration(tookMs)
      if (outcome.status === 'cancelled') {
        const isShown = task.kind === 'build' || task.kind === 'compile' || task.kind === 'apply'
        if (isShown && !snapshot.state.stopping)
          print(event, subjectName(task), 'cancelled', 'a newer change came')
        return
      }
      if (outcome.status === 'failed') {
        printFailure(event, subjectName(task), 'failed', outcome.failure)
        return
      }
      switch (outcome.result.kind) {
        case 'build':
          print(
            event,
            subjectName(task),
            outcome.result.isCached ? 'unchanged' : 'built',
            `${outcome.result.reference} in ${took}`,
          )
          break
        case 'load':
          // Where nothing had to be done there is nothing to say.
          if (tookMs >= noticedLoadMs)
            print(event, subjectName(task), 'loaded', `into the cluster in ${took}`)
          break
        case 'compile':
          print(event, subjectName(task), 'compiled', `in ${took}`)
          break
        case 'apply': {
          const { recreated } = outcome.result
          const again = recreated.length > 0 ? `, ${listed(recreated)} made anew` : ''
          print(event, subjectName(task), 'applied', `in ${took}${again}`)
          break
        }
        case 'delete':
          print(event, subjectName(task), 'deleted', `${count(outcome.result.deleted, 'object')} in ${took}`)
          break
        case 'sync':
          // One line for all containers of a service.
          if (task.kind === 'sync' && !isSyncing(task.service)) {
            const { files, isRestarted } = outcome.result
            const restarted = isRestarted ? ', process started anew' : ''
            const what = describeEdits(task, files)
            if (files > 0 || isRestarted)
              print(event, task.service, 'synced', `${what}${restarted} in ${took}`)
          }
          break
        case 'read':
        case 'inspect':
          break
        default:
          outcome.result satisfies never
      }
    }

    function describeEdits({ image, from, to }: SyncTask, files: number): string {
      const edits = [...(snapshot.state.images.get(image)?.edits.byPath.values() ?? [])]
      const [edit, ...more] = edits.filter(({ version }) => version > from && version <= to)
      const isOne = files === 1 && edit !== undefined && more.length === 0
      return isOne ? clean(`${formatPath(edit.path, cwd)} → ${edit.target}`) : count(files, 'file')
    }

    function isSyncing(service: string): boolean {
      const running = [...snapshot.state.tasks.values()].map(one => one.task)
      return running.some(task => task.kind === 'sync' && task.service === service)
    }

    function showForwards() {
      for (const [name, service] of snapshot.state.services) {
        const known = before.state.services.get(name)?.forwards ?? []
        for (const forward of service.forwards) {
          const last = known.find(one => one.rule.text === forward.rule.text)
          if (forward.failure && forward.failure.message !== last?.failure?.message) {
            printFailure(event, name, 'port', forward.failure)
          }
        }
      }
    }

    function showStatuses() {
      for (const [name, status] of snapshot.statuses) {
        const last = before.statuses.get(name)
        const service = snapshot.state.services.get(name)
        switch (status.phase) {
          case 'failed':
            // A failed task has said so itself.
            if (status.step === 'rollout' && !isSameFailure(status.failure, last)) {
              printFailure(event, name, 'failed', status.failure)
            }
            break
          case 'rolling-out':
            if (status.trouble && !isSameFailure(status.trouble, last)) {
              printFailure(event, name, 'trouble', status.trouble)
            } else if (last?.phase !== 'rolling-out')
              print(event, name, 'starting', describePods(snapshot, name))
            break
          case 'live': {
            const live = service?.lastLive
            const isNew = live !== undefined && live !== before.state.services.get(name)?.lastLive
            if (isNew) {
              const took = formatDuration(live.tookMs)
              print(
                event,
                name,
                'live',
                `in ${took} (${formatCauses(live.causes, cwd)})${addresses(snapshot, name)}`,
                'green',
              )
            } else if (last && last.phase !== 'live')
              print(event, name, 'live', `again${addresses(snapshot, name)}`, 'green')
            break
          }
          case 'disabled':
            if (last?.phase !== 'disabled')
              print(event, name, 'disabled', 'devloop enable makes it live again')
            break
          case 'working':
            break
          default:
            status satisfies never
        }
      }
    }

    function showHolds() {
      for (const [subject, hold] of snapshot.holds) {
        const isShown = !quietHolds.has(hold.reason)
        const words = describeHold(hold)
        const last = before.holds.get(subject)
        const isNew = last === undefined || describeHold(last) !== words
        if (isShown && isNew) print(event, subject.replace(/^(?:image|service):/, ''), 'waiting', words)
      }
    }
  }
}

function isSameFailure(failure: Failure, status: ReturnType<Snapshot['statuses']['get']>): boolean {
  const last = troubleOf(status)
  return last?.code === failure.code && last.message === failure.message
}

function describePods({ state }: Snapshot, name: string): string {
  const rollout = state.services.get(name)?.rollout
  return rollout && rollout.phase !== 'none'
    ? `${rollout.ready} of ${count(rollout.wanted, 'pod')} ready`
    : 'new pods'
}

function addresses({ state }: Snapshot, name: string): string {
  const open = (state.services.get(name)?.forwards ?? []).filter(forward => forward.state !== 'failed')
  return open.length === 0 ? '' : ` → ${open.map(forward => `http://${forward.address}`).join(' ')}`
}

function describeReload(
  { changedImages, changedServices, project }: ProjectReloaded,
  { state: { project: before } }: Snapshot,
): string {
  const portsBefore = new Map(before.services.map(({ name, ports }) => [name, ports]))
  const moved = project.services.filter(({ name, ports }) => {
    const known = portsBefore.get(name)
    return known !== undefined && !isDeepStrictEqual(known, ports)
  })
  const changed = new Set([
    ...changedServices,
    ...changedImages,
    ...moved.map(({ name }) => `the ports of ${name}`),
  ])
  return changed.size === 0 ? 'nothing that runs has changed' : `changed: ${listed([...changed], 6)}`
}

function subjectName(task: TaskEnded['task']): string {
  if (task.kind === 'sync') return task.service
  return 'image' in task ? task.image : task.service
}
