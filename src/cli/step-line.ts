import { styleText } from 'node:util'

const { stdout } = process

/** What is under way stands in the last line of a terminal, until something is known. */
export function showStep(step: string): void {
  if (!stdout.isTTY) return
  hideStep()
  stdout.write(styleText('dim', `  … ${step}`, { stream: stdout }))
}

export function hideStep(): void {
  if (stdout.isTTY) stdout.write('\r\x1b[2K')
}
