import { bulkFunctions } from './agent-bulk.ts'
import { listFunctions } from './agent-list.ts'
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
 * - While a user's command runs silently, the beat tells devloop that the stream is alive.
 */
const script = `
exec 2>/dev/null
locale=$LC_ALL
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
  { while sleep 5; do answer beat; done; } </dev/null &
  beat=$!
  (
    if [ -n "$locale" ]; then LC_ALL=$locale; else unset LC_ALL; fi
    exec sh -c "$taken" 2>&1
  ) </dev/null
  code=$?
  kill "$beat"
  wait "$beat"
  answer exit "$code"
}
${writeFunctions}
${bulkFunctions}
${listFunctions}
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
  obstacle=
  case $command in
    write | link | delete | folder | run | list | bulk | check) "$command" "$first" "$second" "$third" "$fourth" "$fifth" ;;
    restart | state) "$command" ;;
    ping) answer ok ;;
    *) exit 1 ;;
  esac
done
`
