/** Tells of a build's steps in the words of BuildKit's plain progress, which every reader of builds knows. */
export interface Progress {
  /** A step begins. @param heading `[build 2/4] COPY . .` */
  begin(heading: string): StepProgress
}

export interface StepProgress {
  /** A line that the step's command has written. */
  line(text: string): void
  cached(): void
  done(): void
  failed(why: string): void
}

/** Characters of a step's output that are told: as many as BuildKit does. A failure has the last lines in any case. */
const maxStepOutput = 2 * 1024 * 1024

export function createProgress(onLine: (line: string) => void, now = () => performance.now()): Progress {
  let count = 0
  return {
    begin(heading) {
      const number = ++count
      const begun = now()
      let told = 0
      const seconds = (digits: number) => ((now() - begun) / 1_000).toFixed(digits)
      onLine(`#${number} ${heading}`)
      return {
        line(text) {
          if (told > maxStepOutput) return
          told += text.length + 1
          const isLast = told > maxStepOutput
          onLine(`#${number} ${seconds(3)} ${isLast ? '[output clipped, log limit 2MiB reached]' : text}`)
        },
        cached: () => onLine(`#${number} CACHED`),
        done: () => onLine(`#${number} DONE ${seconds(1)}s`),
        failed: why => onLine(`#${number} ERROR: ${why}`),
      }
    },
  }
}
