import { temporaryPrefix } from './agent-write.ts'

/** The name of the folder, beside the files that are to be replaced, in which their successors wait. */
export function stagingName(token: string): string {
  return `${temporaryPrefix}${token}.d`
}

/**
 * The agent's command that writes many files in few processes: one `tar` for all of them, one `mv` a folder.
 *
 * - Each folder has a staging folder of its own inside of it. Thus a rename never crosses a mount, and is one moment.
 * - What cannot be done here is left to single writes, which tell exactly why: a file whose owner is to be kept, one
 *   whose path a folder has, or all of them where `tar` failed. So nothing here has to know the words of an error.
 * - In a folder that gives its group to new files (setgid), a file of that group is as good as the agent's own.
 * - What `tar` leaves unread is taken by `cat`, so that the copy takes its share of the stream to the end.
 * - Staging folders of agents that are gone are not looked for. An agent ends in good order with its connection; it is killed
 *   only with its container, whose files go with it, or in a volume, where another pod's agent may be at work.
 */
export const bulkFunctions = `
bulk() {
  folders=$1 archive=$2
  set --
  while [ "$folders" -gt 0 ]; do
    IFS= read -r lines || exit 1
    take "$lines"
    set -- "$@" "$taken/${stagingName('$token')}"
    folders=$((folders - 1))
  done
  failed=
  "copy_by_$copier" "$archive" | { tar -xmpof - -C / || { cat >/dev/null; exit 1; }; } || failed=1
  end_of_bytes || { rm -rf "$@"; exit 1; }
  if [ -n "$failed" ]; then rm -rf "$@"; answer refused; return; fi
  for staging; do place_staged "\${staging%/*}"; done
  rm -rf "$@"
  answer ok
}
place_staged() {
  folder=$1
  for staged in "$staging"/* "$staging"/.[!.]* "$staging"/..?*; do
    path=$folder/\${staged##*/}
    if [ -f "$path" ] && [ ! -h "$path" ] && ! keeps_owner; then rm -f "$staged"; leave; fi
  done
  mv -f "$staging"/* "$staging"/.[!.]* "$staging"/..?* "$folder/"
  for staged in "$staging"/* "$staging"/.[!.]* "$staging"/..?*; do
    path=$folder/\${staged##*/}
    [ ! -e "$staged" ] || leave
  done
}
keeps_owner() { [ -O "$path" ] && { [ -G "$path" ] || [ ! -G "$staged" ]; }; }
leave() { answer left; printf '%s\\n' "$path"; }
`
