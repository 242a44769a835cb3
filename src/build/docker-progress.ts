/**
 * Makes what BuildKit prints with `--progress=plain` into what a person follows: the Dockerfile's steps as they begin,
 * and what their commands say. BuildKit's own housekeeping, its timings and its summary of an error are left out: the
 * failure tells the error.
 *
 * @returns for each line the text to show, or undefined
 */
export function progressReader(): (line: string) => string | undefined {
  const hidden = new Set<string>()
  let hasFailed = false
  return line => {
    if (hasFailed || line.trim() === '') return undefined
    const [, step = '', text = ''] = /^#(\d+) (.*)$/.exec(line) ?? []
    if (step === '') {
      hasFailed = line.startsWith('------')
      return hasFailed ? undefined : line
    }
    if (housekeeping.test(text)) hidden.add(step)
    if (hidden.has(step) || state.test(text)) return undefined
    // What a command says has the seconds since its start in front.
    return text.replace(/^\d+\.\d+(?: |$)/, '') || undefined
  }
}

const housekeeping =
  /^(?:\[internal\]|building with |exporting to |importing cache|preparing build cache|resolve image config)/
/** Lines about a step, not of it: its end, its cache, the layers of its base. */
const state = /^(?:CACHED|CANCELED|DONE \d|ERROR:? |\.\.\.$|sha256:|extracting sha256:|resolve )/
