import type { Failure } from '../../model/failure.ts'
import type { ImageBuildRequest } from './build/build-image.ts'

/**
 * How devloop asks the sandbox for images, over a unix socket: `POST /<question>` with what is asked as JSON. The answer is a
 * `Result` as JSON; that of `/build` comes as lines, of which the last one is it. A build whose connection is closed ends.
 */
export type Question = 'build' | 'find' | 'list' | 'tag' | 'remove' | 'is-used' | 'start-of' | 'has-one-of'

export type BuildQuestion = Omit<ImageBuildRequest, 'signal' | 'onLine'>

export type BuildLine =
  | { readonly line: string }
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly failure: Failure }

/** Bytes of a question: the Dockerfile and the build's secrets are in it. */
export const maxQuestionBytes = 16 * 1024 * 1024
