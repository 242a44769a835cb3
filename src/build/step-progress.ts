/**
 * Makes what docker's classic builder and podman print into what a person follows, as `progressReader` does for BuildKit:
 * the Dockerfile's steps as they begin, and what their commands say. What they have nothing to say of are the layers,
 * the containers in between, and the advice to use BuildKit.
 *
 * @returns for each line the text to show, or undefined
 */
export function stepReader(): (line: string) => string | undefined {
  return line => {
    const text = withoutColors(line).trimEnd()
    if (text.trim() === '' || housekeeping.test(text)) return undefined
    return text.replace(/^step (\d+\/\d+) ?: /i, '[$1] ')
  }
}

const housekeeping =
  /^(?: ?-+> |Removing intermediate container|Sending build context|Successfully (?:built|tagged)|COMMIT\b|[0-9a-f]{64}$|DEPRECATED: The legacy builder| +(?:BuildKit is currently disabled|environment-variable|Install the buildx component))/

/** The classic builder prints red what a command writes to its error output. */
function withoutColors(line: string): string {
  return line.replace(/\x1b\[[\d;]*m/g, '')
}
