import { childDescriptor, heldMark, supervisorMark } from './supervisor.ts'

/*
 * The agent's commands that restart the container's command and ask how it fares.
 *
 * - Among the processes that are seen, only one with the same root is of this container. A process that is not seen through
 *   `/proc/<pid>/root` is another user's.
 * - The supervisor's descriptor says which process is the present one, in a way that no other process can be taken for. What
 *   stands in for one that failed counts as that one: another in its place was started later, even where it has failed, too.
 *   A process that has ended has nothing in its folder of `/proc`, or nothing but its state until it is reaped.
 * - The supervisor is told before the process is signalled: so its end is never taken for the end of the container. And SIGURG
 *   (23, a bit of its pending signals) has reached it by then: bash would miss the end of a process that comes with a signal, and
 *   sleep for as long as another process runs that was left to it.
 *   Should the agent be ended in between, the process runs on, and its next end is followed by a new start.
 * - Whole seconds are counted, so SIGKILL comes up to one second after the grace.
 * - What only looks starts no process, for it is done every few milliseconds.
 */
export const restartFunctions = `
uptime() {
  read -r now idle </proc/uptime
  now=\${now%%.*}
}
find_supervisor() {
  [ -z "$supervisor" ] || [ ! -d "$supervisor" ] || return 0
  for supervisor in /proc/1 /proc/[0-9]*; do
    [ "$supervisor/root" -ef / ] || continue
    grace=$(tr '\\0' '\\n' <"$supervisor/cmdline" | while IFS= read -r word; do
      [ "$word" != ${supervisorMark} ] || { IFS= read -r word; printf '%s' "$word"; break; }
    done)
    [ -z "$grace" ] || return 0
  done
  supervisor=
  return 1
}
find_process() {
  process= held= line=
  read -r process line <"$supervisor/fd/${childDescriptor}/stat" || return 1
  case \${line##*) } in [ZX]*) return 1 ;; esac
  IFS= read -r line <"$supervisor/fd/${childDescriptor}/cmdline"
  case $line in
    *${heldMark}*)
      line=\${line##*${heldMark}}
      held=\${line%% *} process=\${line#* }
      ;;
  esac
}
is_told() {
  while read -r key mask; do
    [ "$key" != ShdPnd: ] || break
  done <"$supervisor/status"
  [ "$((0x0\${mask#????????} & 4194304))" = 0 ]
}
signal_process() { kill "-$1" "-$process" || kill "-$1" "$process"; }
pause_restart() {
  uptime
  [ "$now" -le "$deadline" ] || return 1
  if [ "$now" -ge "$next" ]; then answer beat; next=$((now + 2)); fi
  if [ "$((tries += 1))" -le 50 ]; then sleep 0.005 || sleep 1; else sleep 0.1 || sleep 1; fi
}
await_condition() {
  until "$1"; do pause_restart || return 1; done
}
await_successor() {
  until find_process && [ "$process" != "$former" ]; do
    [ "$process" != "$former" ] || [ -n "$held" ] || [ "$now" -le "$grace_end" ] || signal_process KILL
    pause_restart || return 1
  done
}
restart() {
  find_supervisor || { answer unsupervised; return; }
  uptime
  tries=0 next=$((now + 2)) grace_end=$((now + grace)) deadline=$((now + grace + 10))
  await_condition find_process || { answer overdue; return; }
  former=$process
  kill -URG "\${supervisor#/proc/}" || { answer forbidden; return; }
  await_condition is_told || { answer overdue; return; }
  [ -n "$held" ] || signal_process TERM
  if await_successor; then answer restarted; else answer overdue; fi
}
state() {
  if find_supervisor && find_process && [ -n "$held" ]; then answer crashed "$held"; else answer ok; fi
}
`
