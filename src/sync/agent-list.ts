import { temporaryPrefix } from './agent-write.ts'
import { maxListedFiles } from './listing.ts'

/**
 * The agent's commands that tell what files the container holds.
 *
 * - Paths to check come in one piece and are split by the shell at their newlines, since `read` takes each byte by
 *   itself. One that holds a newline comes alone. The slash is for the newlines at its end, which `$(...)` would drop.
 * - A folder is counted before its files are read: a wrong path such as `/usr` must not keep the container busy.
 */
export const listFunctions = `
find_tools() {
  command -v find >/dev/null || return 1
  for tool in sha256sum md5sum cksum; do
    command -v "$tool" >/dev/null && break
  done
}
list() {
  take "$1"
  if [ ! -e "$taken" ]; then answer ok; return; fi
  count=$(find "$taken" -name '${temporaryPrefix}*' -prune -o -type f -print </dev/null | head -n ${maxListedFiles + 1} | wc -l)
  if [ "$count" -gt ${maxListedFiles} ]; then answer many; return; fi
  find_tools || { answer refused; return; }
  find "$taken" -name '${temporaryPrefix}*' -prune -o -type f -exec "$tool" {} + </dev/null || { answer refused; return; }
  answer executable "$tool"
  find "$taken" -name '${temporaryPrefix}*' -prune -o -type f -perm -100 -print </dev/null
  answer ok
}
check() {
  case $1 in
    bytes) taken=$("copy_by_$copier" "$2"; printf /) taken=\${taken%/} ;;
    *) take "$2" ;;
  esac
  case $3 in
    one) set -- "$taken" ;;
    *) set -f; IFS=$newline; set -- $taken; set +f; unset IFS ;;
  esac
  find_tools || { answer refused; return; }
  find "$@" -prune -type f -exec "$tool" {} + </dev/null
  answer executable "$tool"
  find "$@" -prune -type f -perm -100 </dev/null
  for path; do
    [ -h "$path" ] || continue
    answer link
    printf '%s\\n' "$path"
    answer destination
    readlink "$path"
  done
  answer ok
}
`
