/** The phases of a build that a user can do something about; the rest is plumbing. */
export type Phase = 'detecting' | 'building' | 'other'

export interface LifecycleStatus {
  readonly phase: Phase
  /** What went wrong, to follow a colon. */
  readonly words: string
  readonly cure?: string
}

/**
 * What the exit status of the lifecycle, the program in the containers of a build, means: platform specification 0.6 and
 * later (https://buildpacks.io/docs/for-platform-operators/concepts/lifecycle/). Builders of before 2021 have others.
 */
export function lifecycleStatus(status: number): LifecycleStatus {
  return (
    statuses[status] ?? phases[Math.floor(status / 10)] ?? { phase: 'other', words: 'the lifecycle failed' }
  )
}

const tooOld = 'Update pack, or name a newer builder in the Devfile: they are too far apart.'

const statuses: Readonly<Record<number, LifecycleStatus>> = {
  11: { phase: 'other', words: 'the builder does not understand this version of pack', cure: tooOld },
  12: { phase: 'other', words: 'a buildpack does not fit the builder', cure: tooOld },
  20: { phase: 'detecting', words: 'no buildpack of the builder fits the application' },
  21: {
    phase: 'detecting',
    words: 'no buildpack fits the application, and one failed when it looked at it',
  },
  51: { phase: 'building', words: 'a buildpack failed' },
  // 128 and the number of the signal that ended it.
  137: {
    phase: 'other',
    words: 'the build was killed, which is what happens when memory runs out',
    cure: 'Give the engine more memory (Docker Desktop, colima: in the settings of the virtual machine).',
  },
}

/** Of the other statuses only the first digit says something. */
const phases: readonly LifecycleStatus[] = [
  { phase: 'other', words: 'the lifecycle failed' },
  { phase: 'other', words: 'the lifecycle failed' },
  { phase: 'detecting', words: 'looking for fitting buildpacks failed' },
  { phase: 'other', words: 'looking at the last image failed' },
  { phase: 'other', words: 'taking layers from the cache failed' },
  { phase: 'building', words: 'running the buildpacks failed' },
  { phase: 'other', words: 'writing the image failed' },
]
