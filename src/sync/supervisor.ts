import { keepEnvironment } from './supervisor-environment.ts'

/**
 * What goes in front of a container's command: a supervisor that can start that command again without a new container: POSIX
 * `sh`, in the words that dash, bash and busybox share. It stays PID 1, passes on signals and the exit code, and reaps.
 *
 * It does not end a process by itself. SIGURG only tells it that the end of the present process is to be followed by a new
 * start; whoever asks ends that process then (`agent-restart.ts`), and looks after the grace. A process that a restart started
 * and that fails within 10 s does not end the container, which would take the synced files with it: the next restart may
 * mend it. The first one does, so that Kubernetes tells of it.
 *
 * Two things differ for the command. Without `setsid` in the image, only the process itself is signalled, not those that it
 * started. And a shell starts it with SIGINT and SIGQUIT ignored: node resets that, as does whoever sets a handler; a process
 * that still ignores them gets SIGTERM in their place, so that a `STOPSIGNAL SIGINT` ends it all the same.
 *
 * @param graceSeconds whole seconds between SIGTERM and SIGKILL of a restart; they are kept for the agent
 */
export function supervisor(graceSeconds: number): readonly string[] {
  return ['sh', '-c', script, supervisorMark, String(graceSeconds)]
}

/** The supervisor's `$0`, which the grace follows. Its command line ends its first line with it, too. */
export const supervisorMark = 'devloop-supervisor'
/** The `$0` of what stands in for a process that failed; its `$1` is the exit code and the number of that process. */
export const heldMark = 'devloop-held'
/**
 * The supervisor's file descriptor that is open on `/proc/<pid>` of the present process, so that an agent can tell which.
 * From then on the process can be signalled.
 */
export const childDescriptor = 5
/** How long a process that a restart started is on trial, in seconds. */
export const trialSeconds = 10

/*
 * - A signal may come between any two commands, also just before a `wait`, which then sleeps on; and a trap can interrupt a
 *   trap. So a trap is one assignment that nothing interrupts, and at most one `kill`; and a restart is decided when the child has
 *   ended, which no `wait` sleeps through.
 * - A signal that comes with a `break` or `continue` is lost on bash: it runs the trap, and that skips its commands as the
 *   rest of the loop. So there are none. Nor does it run one that comes while it parses a `$()`: there is none either.
 * - A shell that was just forked would swallow a signal. It is one for as long as its command line is the supervisor's.
 *   Until then traps only take note, and `launch` passes the notes on: they are taken in the command that ends that time, so
 *   that nothing is passed on twice, for many programs take a second SIGTERM for "end at once".
 * - A `wait` that a trap interrupted gives a number of its own, so the wait is repeated. A second wait for a child
 *   that has ended gives its exit code again in some shells, 127 in others.
 * - Of what is left of the group, nobody may keep a port: the new process starts when it is gone.
 * - What stands in for a failed process has nothing to lose, and is killed by whoever needs its place.
 */
const script = `# ${supervisorMark}
exec 3<&0 4>&2 2>/dev/null
shift
separate=
command -v setsid >/dev/null && separate=setsid
child= signals=0 asked=0 answered=0 noted= stop= held= since=
uptime() {
  read -r now idle </proc/uptime
  now=\${now%%.*}
}
ignores() {
  while read -r key mask && [ "$key" != SigIgn: ]; do :; done <"/proc/$child/status"
  [ "$((0x0\${mask#????????} & $1))" != 0 ]
}
stop_child() {
  [ -z "$held" ] || { kill -KILL "$child"; return; }
  case $1 in
    INT) ignores 2 || { kill -INT "$child"; return; } ;;
    QUIT) ignores 4 || { kill -QUIT "$child"; return; } ;;
  esac
  kill -TERM "-$child" || kill -TERM "$child"
}
on_restart() {
  signals=$((signals + 1)) asked=$((asked + 1))
  [ -z "$child" ] || [ -z "$held" ] || kill -KILL "$child"
}
on_stop() {
  signals=$((signals + 1)) stop=$1
  [ -z "$child" ] || stop_child "$1"
}
on_other() {
  signals=$((signals + 1))
  if [ -z "$child" ]; then noted="$noted $1"
  elif [ -z "$held" ]; then kill "-$1" "$child"
  fi
}
trap on_restart URG
for name in TERM INT QUIT; do trap "on_stop $name" "$name"; done
for name in HUP USR1 USR2 WINCH CONT; do trap "on_other $name" "$name"; done
${keepEnvironment}
pause() { sleep 0.002 || sleep 1; }
is_still_shell() {
  words=
  IFS= read -r words <"/proc/$started/cmdline"
  case $words in *"# ${supervisorMark}") return 0 ;; esac
  return 1
}
launch() {
  { exec $separate "$@"; } <&3 2>&4 3<&- 4>&- ${childDescriptor}<&- &
  started=$!
  while is_still_shell; do pause; done
  command exec ${childDescriptor}<"/proc/$started"
  early_stop=$stop early=$noted noted= child=$started
  [ -z "$early_stop" ] || stop_child "$early_stop"
  for name in $early; do on_other "$name"; done
}
start() {
  answered=$asked held=
  launch "$@"
}
hold() {
  held=$code
  launch sh -c 'while kill -STOP $$; do :; done' ${heldMark} "$code $started"
  [ "$asked" = "$answered" ] || kill -KILL "$child"
}
await_child() {
  code= interrupted=
  while [ "$interrupted" != "$signals" ]; do
    interrupted=$signals
    wait "$child"
    result=$?
    [ "$result" = 127 ] && [ -n "$code" ] || code=$result
  done
  child=
}
clear_group() {
  kill -KILL "-$started" || return
  uptime
  deadline=$((now + 5))
  while kill -0 "-$started" && [ "$now" -lt "$deadline" ]; do pause; uptime; done
}
start "$@"
while :; do
  await_child
  [ -n "$stop" ] || clear_group
  [ -z "$stop" ] || exit "\${held:-$code}"
  uptime
  if [ "$asked" != "$answered" ]; then
    since=$now
    start "$@"
  else
    [ -z "$held" ] || exit "$held"
    [ -n "$since" ] && [ "$code" != 0 ] || exit "$code"
    [ "$((now - since))" -lt ${trialSeconds} ] || exit "$code"
    hold
  fi
done
`
