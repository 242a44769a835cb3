import type { Event, TaskOutcome } from './events.ts'
import type { Plan, PlanLimits } from './plan.ts'
import type { Port } from './port.ts'
import type { State } from './state.ts'
import { createStore } from './store.ts'
import type { Task } from './task.ts'

/** Does what a task says. Expected failures are outcomes; a rejection is a bug, and ends the loop. */
export interface TaskRunner {
  run(task: Task, context: TaskContext): Promise<TaskOutcome>
}

export interface TaskContext {
  /** Aborted when the task is out of date; the runner then ends what it started, and only then settles. */
  readonly signal: AbortSignal
  /** A line that the task's tool printed. */
  readonly onLine: (line: string) => void
}

export interface Loop extends Port {
  /** Begins with what the first state asks for. To be called once. */
  start(): void
  dispatch(event: EventWithoutTime): void
  /** Starts nothing more, cancels what runs, and settles when the last task has ended. */
  stop(): Promise<void>
}

type WithoutTime<T> = T extends Event ? Omit<T, 'at'> : never
export type EventWithoutTime = WithoutTime<Event> & { readonly at?: number }

export interface LoopOptions {
  readonly initial: State
  readonly limits: PlanLimits
  readonly runner: TaskRunner
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** A task threw: a bug of devloop's own. */
  readonly onBug: (error: unknown) => void
}

/** Carries out what `plan` asks for, and reports how it went. */
export function createLoop(options: LoopOptions): Loop {
  const { initial, limits, runner, now, onBug } = options
  const controllers = new Map<string, AbortController>()
  const running = new Map<string, Promise<void>>()

  const carryOut = (plan: Plan) => {
    for (const id of plan.cancel) cancel(id)
    for (const task of plan.start) start(task)
  }
  const store = createStore(initial, limits, carryOut)
  const dispatch = (event: EventWithoutTime) => store.dispatch({ at: now(), ...event } as Event)

  const cancel = (id: string) => {
    const task = store.state.tasks.get(id)?.task
    if (!task) return
    dispatch({ type: 'task-cancelled', task })
    controllers.get(id)?.abort()
  }

  const start = (task: Task) => {
    const controller = new AbortController()
    const startedAt = performance.now()
    controllers.set(task.id, controller)
    dispatch({ type: 'task-started', task })
    const onLine = (line: string) => {
      if (!controller.signal.aborted) dispatch({ type: 'task-output', task, line })
    }
    const ended = runner
      .run(task, { signal: controller.signal, onLine })
      .catch((error: unknown): TaskOutcome => {
        if (!controller.signal.aborted) onBug(error)
        return { status: 'cancelled' }
      })
      .then(outcome => {
        controllers.delete(task.id)
        running.delete(task.id)
        const isCancelled = controller.signal.aborted
        const tookMs = Math.round(performance.now() - startedAt)
        dispatch({
          type: 'task-ended',
          task,
          outcome: isCancelled ? { status: 'cancelled' } : outcome,
          tookMs,
        })
      })
    running.set(task.id, ended)
  }

  return {
    start: store.begin,
    dispatch,
    snapshot: store.snapshot,
    subscribe: store.subscribe,
    trigger: service => dispatch({ type: 'trigger-asked', service }),
    pause: () => dispatch({ type: 'pause-asked' }),
    resume: () => dispatch({ type: 'resume-asked' }),
    disable: service => dispatch({ type: 'disable-asked', service }),
    enable: service => dispatch({ type: 'enable-asked', service }),
    async stop() {
      dispatch({ type: 'stop-asked' })
      await Promise.all(running.values())
    },
  }
}
