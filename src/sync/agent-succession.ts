/** One agent of a container: its process, by the id that it has there, and its token. */
export interface AgentIdentity {
  readonly pid: string
  readonly token: string
}

/** How long (ms) an agent waits for the one before it to end, until it kills it. */
const patienceMs = 2_000

/**
 * What an agent does first that takes the place of another one: when a connection breaks, commands may still be on their
 * way to the old agent, and a file that it wrote after the new one would be an old file. It ends by itself after the last
 * of them, unless a user's command keeps it, or the container's side has not noticed the break.
 *
 * - Another process may have got its id by now, so it counts only as long as the token is among its arguments.
 */
export const successionFunctions = `
succeed() {
  waited=0
  while kill -0 "$1" && grep -q "$2" "/proc/$1/cmdline"; do
    if [ "$waited" -ge ${patienceMs} ]; then kill -KILL "$1"; fi
    if [ "$waited" -ge ${2 * patienceMs} ]; then return; fi
    if sleep 0.02; then waited=$((waited + 20)); else sleep 1; waited=$((waited + 1000)); fi
  done
}
`
