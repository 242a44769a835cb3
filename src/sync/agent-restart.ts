import { childDescriptor, heldMark, supervisorMark } from './supervisor.ts'

/*
 * The agent's commands that restart the container's command and ask how it fares.
 *
 * - Among the processes that are seen, only one with the same root is of this container. A process that is not seen through
 *   `/proc/<pid>/root` is another user's.
 * - The supervisor's descriptor says which process is the present one, in a way that no other process can be taken for.
 *   A process that has ended has nothing in its folder of `/proc`, even where the folder is still open.
 * - The request is repeated by nobody: a supervisor takes note of it at any moment.
 */
export const restartFunctions = `
uptime() {
  read -r now idle </proc/uptime
  now=\${now%%.*}
}
argument_after() {
  argument=$(tr '\\0' '\\n' <"$2/cmdline" | while IFS= read -r word; do
    [ "$word" != "$1" ] || { IFS= read -r word; printf '%s' "$word"; break; }
  done)
  [ -n "$argument" ]
}
find_supervisor() {
  [ -z "$supervisor" ] || [ ! -d "$supervisor" ] || return 0
  for supervisor in /proc/1 /proc/[0-9]*; do
    [ "$supervisor/root" -ef / ] || continue
    argument_after ${supervisorMark} "$supervisor" && grace=$argument && return 0
  done
  supervisor=
  return 1
}
present() { (cd -P "$supervisor/fd/${childDescriptor}" && [ -e stat ] && pwd -P); }
await_present() {
  tries=0
  until child=$(present) && [ "$child" != "$1" ]; do
    uptime
    [ "$now" -le "$deadline" ] || return 1
    if [ "$now" -ge "$next" ]; then answer beat; next=$((now + 2)); fi
    if [ "$((tries += 1))" -le 50 ]; then sleep 0.005 || sleep 1; else sleep 0.1 || sleep 1; fi
  done
}
restart() {
  find_supervisor || { answer unsupervised; return; }
  uptime
  next=$((now + 2)) deadline=$((now + grace + 10))
  await_present '' || { answer overdue; return; }
  kill -URG "\${supervisor#/proc/}" || { answer forbidden; return; }
  if await_present "$child"; then answer restarted; else answer overdue; fi
}
state() {
  if find_supervisor && argument_after ${heldMark} "$supervisor/fd/${childDescriptor}"; then answer crashed "$argument"
  else answer ok
  fi
}
`
