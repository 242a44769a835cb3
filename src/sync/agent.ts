import { bulkFunctions } from './agent-bulk.ts'
import { listFunctions } from './agent-list.ts'
import { readFunctions } from './agent-read.ts'
import { restartFunctions } from './agent-restart.ts'
import { type AgentIdentity, successionFunctions } from './agent-succession.ts'
import { writeFunctions } from './agent-write.ts'

/**
 * The program that carries out devloop's commands inside of a container: POSIX `sh`, for there is nothing else that
 * dash, bash and busybox images share. It is run by one exec that stays open, takes commands on its stdin in the form
 * that `frames.ts` gives them, and answers each in turn on its stdout.
 *
 * @param token random, made for this one agent: marks its answers and names its temporary files
 * @param predecessor must have ended before this agent takes commands
 */
export function agentCommand(token: string, predecessor?: AgentIdentity): readonly string[] {
  const before = predecessor ? [predecessor.pid, predecessor.token] : []
  return ['sh', '-c', script, 'devloop-agent', token, ...before]
}

/*
 * - An answer is what a command printed, then a line of the token and a status. A new line comes before it, since
 *   output may end without one.
 * - Larger contents are copied by `head` or `dd`, whichever takes no byte more than it is asked for, hence the probe:
 *   busybox's `head` reads ahead. After them comes the token, so that the next command is found even when the copy
 *   ended early because the disk was full.
 * - Its stderr stays open as 9: containerd ends the stdin of a process that has closed one of its outputs.
 * - A user's command runs beside the agent, which so sees the end of its stdin, and ends the command with it: the node
 *   would let it run on. devloop sends nothing more until the command is answered. While it runs silently, its beat tells
 *   that the stream is alive.
 */
const runner = `
{ while sleep 5; do printf '\\n%s beat\\n' "$2"; done; } 2>/dev/null &
beat=$!
sh -c "$1" 2>&1
code=$?
kill "$beat" 2>/dev/null
printf '\\n%s exit %s\\n' "$2" "$code"
`
const script = `
exec 9>&2 2>/dev/null
locale=$LC_ALL
runner='${runner.replaceAll("'", "'\\''")}'
separate= running=
command -v setsid >/dev/null && separate=setsid
LC_ALL=C
export LC_ALL
umask 022
token=$1
newline='
'
answer() { printf '\\n%s %s\\n' "$token" "$*"; }
refuse() { printf '%s' "$words"; answer refused "$obstacle"; }
take() {
  IFS= read -r taken || exit 1
  lines=$1
  while [ "$lines" -gt 1 ]; do
    IFS= read -r line || exit 1
    taken=$taken$newline$line
    lines=$((lines - 1))
  done
}
copy_by_head() { head -c "$1"; }
copy_by_dd() {
  blocks=$(($1 / 65536)) rest=$(($1 % 65536))
  [ "$blocks" = 0 ] || dd bs=65536 count="$blocks" iflag=fullblock || return 1
  [ "$rest" = 0 ] || dd bs="$rest" count=1 iflag=fullblock
}
copies_exactly() {
  [ "$(printf 'abcd\\n' | { "copy_by_$1" 1 >/dev/null; read -r rest; printf '%s' "$rest"; })" = bcd ]
}
run() {
  take "$1"
  (
    if [ -n "$locale" ]; then LC_ALL=$locale; else unset LC_ALL; fi
    exec $separate sh -c "$runner" devloop-run "$taken" "$token"
  ) </dev/null &
  running=$!
}
stop_running() { kill -TERM "-$running" || kill -TERM "$running"; }
${writeFunctions}
${bulkFunctions}
${listFunctions}
${readFunctions}
${restartFunctions}
${successionFunctions}
[ -z "$2" ] || succeed "$2" "$3"
contents=text
for copier in head dd; do
  if copies_exactly "$copier"; then contents=bytes; break; fi
done
tar=
command -v tar >/dev/null && tar=tar
answer ready "$contents" "$tar" "$$"
while IFS=' ' read -r command first second third fourth fifth; do
  obstacle= running=
  case $command in
    write | link | delete | folder | run | list | bulk | check | fetch | stamp) "$command" "$first" "$second" "$third" "$fourth" "$fifth" ;;
    restart | state) "$command" ;;
    ping) answer ok ;;
    *) exit 1 ;;
  esac
done
[ -z "$running" ] || stop_running
`
