import { temporaryPrefix } from './agent-write.ts'
import { maxReadBytes } from './contents.ts'

/**
 * The agent's commands that tell what the container changed.
 *
 * - Contents go as hexadecimal digits, for answers are lines. `od` is in POSIX, `base64` is not.
 * - `stamp` makes one short word of all that `list` would tell, from what the file system knows of the files without reading
 *   them. So it costs three processes, whatever the files hold, and next to nothing on the wire.
 */
export const readFunctions = `
fetch() {
  take "$1"
  if [ ! -f "$taken" ] || [ -h "$taken" ]; then answer gone; return; fi
  size=$(wc -c <"$taken") || { answer refused; return; }
  if [ "$size" -gt ${maxReadBytes} ]; then answer large; return; fi
  if od -An -v -tx1 "$taken" </dev/null; then answer ok; else answer refused; fi
}
stamp() {
  take "$1"
  find_tools || { answer refused; return; }
  if command -v stat >/dev/null; then set -- stat -c '%n %i %s %y %z %a'; else set -- "$tool"; fi
  words=$(find "$taken" -name '${temporaryPrefix}*' -prune -o -type f -exec "$@" {} + </dev/null | "$tool")
  answer ok "$words"
}
`
