/**
 * What goes in front of a container's command: a supervisor that can start that command again without a new container: POSIX
 * `sh`, in the words that dash, bash and busybox share. It stays PID 1, passes on signals and the exit code, and reaps.
 *
 * SIGURG asks it for a restart: SIGTERM to the command's process group, SIGKILL after the grace, then a new start. Whoever
 * asks gets a process that was started after that. A process that a restart started and that fails within 10 s does not end
 * the container, which would take the synced files with it: the next restart may mend it. The first one does, so that
 * Kubernetes tells of it.
 *
 * Three things differ for the command. Without `setsid` in the image, only the process itself is signalled, not those that it
 * started. A shell starts it with SIGINT and SIGQUIT ignored: node resets that, as does whoever sets a handler; a process that
 * still ignores them gets SIGTERM in their place, so that a `STOPSIGNAL SIGINT` ends it all the same. And dash and busybox drop
 * environment variables whose names are no words of a shell, such as `spring.profiles.active`.
 *
 * @param graceSeconds whole seconds between SIGTERM and SIGKILL of a restart
 */
export function supervisor(graceSeconds: number): readonly string[] {
  return ['sh', '-c', script, supervisorMark, String(graceSeconds)]
}

/** The supervisor's `$0`; its `$1` is the grace. */
export const supervisorMark = 'devloop-supervisor'
/** The `$0` of what stands in for a process that failed; its `$1` is the exit code. */
export const heldMark = 'devloop-held'
/** The supervisor's file descriptor that is open on `/proc/<pid>` of the present process, so that an agent can tell which. */
export const childDescriptor = 5
/** How long a process that a restart started is on trial, in seconds. */
export const trialSeconds = 10

/*
 * - A signal may come between any two commands, also just before a `wait`, which then sleeps on. So traps act by themselves,
 *   and the loop only ever waits for the child to end.
 * - Where no child is running, traps only take note: `launch` looks at the notes once there is one. It is there once it has
 *   its own group: a shell that was just forked would swallow the signal.
 * - A trap can interrupt a trap: what must happen once is counted within one single command, which nothing interrupts.
 * - A `wait` that a trap interrupted gives a number of its own, so the wait is repeated. A second wait for a child
 *   that has ended gives its exit code again in some shells, 127 in others.
 * - Of what is left of the group, nobody may keep a port: the new process starts when it is gone.
 * - Known fault: in a burst of requests within milliseconds, bash 5.2 can sleep in `waitpid` for a child that it has reaped
 *   already, until its other children have ended too. dash and busybox do not.
 * - A timer is killed before its group, so that it cannot start its sleep in between.
 */
const script = `
exec 3<&0 4>&2 2>/dev/null
grace=$1
shift
separate=
command -v setsid >/dev/null && separate=setsid
child= timer= ending=0 signals=0 noted= asked= stop= held= since=
uptime() {
  read -r now idle </proc/uptime
  now=\${now%%.*}
}
signal_all() { kill "-$1" "$target"; }
ignores() {
  while read -r key mask; do
    [ "$key" != SigIgn: ] || break
  done <"/proc/$child/status"
  [ "$((0x0\${mask#????????} & $1))" != 0 ]
}
end_child() {
  [ "$((ending += 1))" -eq 1 ] || return 0
  signal_all TERM
  { exec $separate sh -c 'sleep "$1"; kill -KILL "$2"' devloop-timer "$grace" "$target"; } \\
    </dev/null >/dev/null 3<&- 4>&- ${childDescriptor}<&- &
  timer=$!
}
stop_child() {
  [ "$ending" = 0 ] || return 0
  case $stop in
    INT) ignores 2 || { kill -INT "$child"; return; } ;;
    QUIT) ignores 4 || { kill -QUIT "$child"; return; } ;;
  esac
  signal_all TERM
}
on_restart() {
  signals=$((signals + 1)) asked=1
  [ -z "$child" ] || [ -n "$stop" ] || end_child
}
on_stop() {
  signals=$((signals + 1)) stop=$1
  [ -z "$child" ] || stop_child
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
launch() {
  { exec $separate "$@"; } <&3 2>&4 3<&- 4>&- ${childDescriptor}<&- &
  started=$! target=$! tries=0
  if [ -n "$separate" ]; then
    target=-$started
    until kill -0 "$target" || ! kill -0 "$started" || [ "$((tries += 1))" -gt 100 ]; do pause; done
  fi
  command exec ${childDescriptor}<"/proc/$started"
  ending=0
  child=$started
  if [ -n "$stop" ]; then stop_child
  elif [ -n "$asked" ]; then end_child
  fi
  for name in $noted; do on_other "$name"; done
  noted=
}
start() {
  asked= held=
  launch "$@"
}
hold() {
  held=$code
  launch sh -c 'exec 2>/dev/null; trap "kill \\$!; exit" TERM; sleep 2147483647 & wait' ${heldMark} "$code"
}
pause() { sleep 0.002 || sleep 1; }
await_child() {
  code=
  while :; do
    interrupted=$signals
    wait "$child"
    result=$?
    [ "$result" = 127 ] && [ -n "$code" ] || code=$result
    [ "$interrupted" != "$signals" ] || break
  done
}
clear_group() {
  child=
  if [ -n "$timer" ]; then
    kill -KILL "$timer"
    kill -KILL "-$timer"
    wait "$timer"
    timer=
  fi
  tries=0
  kill -KILL "-$started" && while kill -0 "-$started" && [ "$((tries += 1))" -le 100 ]; do pause; done
}
start "$@"
while :; do
  await_child
  clear_group
  [ -z "$stop" ] || exit "\${held:-$code}"
  if [ -n "$asked" ]; then
    uptime
    since=$now
    start "$@"
    continue
  fi
  [ -z "$held" ] || exit "$held"
  [ -n "$since" ] && [ "$code" != 0 ] || exit "$code"
  uptime
  [ "$((now - since))" -lt ${trialSeconds} ] || exit "$code"
  hold
done
`
