import { stripVTControlCharacters, type styleText } from 'node:util'
import type { LogLine, LogSource } from '../model/log.ts'

type Colour = Extract<Parameters<typeof styleText>[0], string>

/** Told apart well on dark and on light ground; red is for failures. */
const colours: readonly Colour[] = [
  'cyan',
  'yellow',
  'green',
  'magenta',
  'blue',
  'cyanBright',
  'greenBright',
  'magentaBright',
]

/** The colour of a service: the same in every run. */
export function colourOf(service: string): Colour {
  let sum = 0
  for (const letter of service) sum = (31 * sum + (letter.codePointAt(0) ?? 0)) % 65_521
  return colours[sum % colours.length] ?? 'cyan'
}

/**
 * Which of a service's pods speaks, in few letters: the last part of its name, `hx2p4` of `web-6d4b75cb6d-hx2p4`, and the container
 * where it is not named as the service is.
 */
export function formatPod({ service, pod, container }: LogSource): string {
  const short = pod.slice(pod.lastIndexOf('-') + 1)
  return container === service ? short : `${short}/${container}`
}

/** Whether a line fits a pattern, as it is shown or as its container wrote it. @param pattern without the flag `g` */
export function matches({ text, raw }: LogLine, pattern: RegExp): boolean {
  return pattern.test(stripVTControlCharacters(text)) || pattern.test(raw ?? '')
}
