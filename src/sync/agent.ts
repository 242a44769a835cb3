import { restartFunctions } from './agent-restart.ts'

/**
 * The program that carries out devloop's commands inside of a container: POSIX `sh`, for there is nothing else that
 * dash, bash and busybox images share. It is run by one exec that stays open, takes commands on its stdin in the form
 * that `frames.ts` gives them, and answers each in turn on its stdout.
 *
 * @param token random, made for this one agent: marks its answers and names its temporary files
 */
export function agentCommand(token: string): readonly string[] {
  return ['sh', '-c', script, 'devloop-agent', token]
}

/** Begins the names of the agent's temporary files, which a kill at the wrong moment leaves behind. */
const temporaryPrefix = '.devloop-'

/*
 * - An answer is what a command printed, then a line of the token and a status. A new line comes before it, since
 *   output may end without one.
 * - A process that is started costs about 1 ms. So the quick path of a write has one only, `mv`: small contents come
 *   as text for the builtin `printf`, `umask` gives the mode, and the words of an error are got by trying a second time.
 * - Larger contents are copied by `head` or `dd`, whichever takes no byte more than it is asked for, hence the probe:
 *   busybox's `head` reads ahead. After them comes the token, so that the next command is found even when the copy
 *   ended early because the disk was full.
 * - A rename makes a file that belongs to the agent's user. Where the old one did not, or its mode is to be kept, the new
 *   contents go into a copy of it made by `cp -p`.
 * - While a user's command runs silently, the beat tells devloop that the stream is alive.
 */
const script = `
exec 2>/dev/null
LC_ALL=C
export LC_ALL
umask 022
token=$1
newline='
'
answer() { printf '\\n%s %s\\n' "$token" "$*"; }
refuse() { printf '%s' "$words"; answer refused; }
take() {
  IFS= read -r taken || exit 1
  lines=$1
  while [ "$lines" -gt 1 ]; do
    IFS= read -r line || exit 1
    taken=$taken$newline$line
    lines=$((lines - 1))
  done
}
target() {
  take "$1"
  path=$taken
  folder=\${path%/*}
  temporary=$folder/${temporaryPrefix}$token
}
prepare() {
  locked= chmod= words=
  case $mode in *[1357]*) chmod=1 ;; esac
  [ -d "$folder/" ] || words=$(mkdir -p "$folder" 2>&1) || return 1
  if [ ! -h "$path" ]; then
    if [ -d "$path" ]; then words='Is a directory'; return 1; fi
    if [ -f "$path" ]; then
      if [ "$mode" = keep ]; then
        words=$(cp -p "$path" "$temporary" 2>&1) || return 1
      elif ! { [ -O "$path" ] && [ -G "$path" ]; }; then
        cp -p "$path" "$temporary" && chmod=1
      fi
      if [ -e "$temporary" ] && [ ! -w "$temporary" ]; then chmod u+w "$temporary"; locked=1; fi
    fi
  fi
  umask "$mask"
  printf '' >"$temporary" || words=$( { printf '' >"$temporary"; } 2>&1)
  result=$?
  umask 022
  return "$result"
}
receive_text() {
  pieces=$1 failed=$2
  while [ "$pieces" -gt 0 ]; do
    IFS= read -r piece || { rm -f "$temporary"; exit 1; }
    pieces=$((pieces - 1))
    [ -n "$failed" ] && continue
    printf '%b' "$piece" >>"$temporary" && continue
    words=$( { printf '%b' "$piece" | cat >>"$temporary"; } 2>&1)
    failed=1
  done
  [ -z "$failed" ]
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
receive_bytes() {
  failed=$2
  if [ -n "$failed" ]; then "copy_by_$copier" "$1" >/dev/null
  else words=$("copy_by_$copier" "$1" 2>&1 >"$temporary") || failed=1
  fi
  IFS= read -r line || { rm -f "$temporary"; exit 1; }
  [ -z "$line" ] || failed=1
  while [ "$line" != "$token" ]; do
    IFS= read -r line || { rm -f "$temporary"; exit 1; }
  done
  [ -z "$failed" ]
}
place() {
  [ -z "$locked" ] || [ "$mode" != keep ] || chmod u-w "$temporary"
  if [ -n "$chmod" ]; then words=$(chmod "$mode" "$temporary" 2>&1) || return 1; fi
  if [ -h "$path" ] && [ -d "$path" ]; then words=$(rm -f "$path" 2>&1) || return 1; fi
  words=$(mv -f "$temporary" "$path" 2>&1)
}
write() {
  target "$1"
  mode=$2 mask=$3 failed=
  prepare || failed=1
  if "receive_$4" "$5" "$failed" && place; then answer ok; else rm -f "$temporary"; refuse; fi
}
link() {
  take "$2"
  destination=$taken
  target "$1"
  mode=keep locked= chmod=
  if [ -d "$path" ] && [ ! -h "$path" ]; then words='Is a directory'; refuse; return; fi
  [ -d "$folder/" ] || words=$(mkdir -p "$folder" 2>&1) || { refuse; return; }
  if words=$(ln -s -- "$destination" "$temporary" 2>&1) && place; then answer ok; else rm -f "$temporary"; refuse; fi
}
delete() {
  take "$1"
  if [ ! -e "$taken" ] && [ ! -h "$taken" ]; then answer ok
  elif words=$(rm -rf "$taken" 2>&1); then answer ok
  else refuse
  fi
}
folder() {
  take "$1"
  if [ -d "$taken" ] || words=$(mkdir -p "$taken" 2>&1); then answer ok; else refuse; fi
}
run() {
  take "$1"
  folder=$taken
  take "$2"
  { while sleep 5; do answer beat; done; } </dev/null &
  beat=$!
  (cd "$folder" 2>&1 && exec sh -c "$taken" 2>&1) </dev/null
  code=$?
  kill "$beat"
  wait "$beat"
  answer exit "$code"
}
list() {
  take "$1"
  if [ ! -e "$taken" ]; then answer ok; return; fi
  for tool in sha256sum md5sum cksum; do
    command -v "$tool" >/dev/null && break
  done
  find "$taken" -type f ! -name '${temporaryPrefix}*' -exec "$tool" {} + </dev/null || { answer refused; return; }
  answer executable "$tool"
  find "$taken" -type f -perm -100 ! -name '${temporaryPrefix}*' </dev/null
  answer ok
}
${restartFunctions}
contents=text
for copier in head dd; do
  if copies_exactly "$copier"; then contents=bytes; break; fi
done
answer ready "$contents"
while IFS=' ' read -r command first second third fourth fifth; do
  case $command in
    write | link | delete | folder | run | list) "$command" "$first" "$second" "$third" "$fourth" "$fifth" ;;
    restart | state) "$command" ;;
    ping) answer ok ;;
    *) exit 1 ;;
  esac
done
`
