/** Begins the names of what the agent makes for a moment only, which a kill at the wrong one leaves behind. */
export const temporaryPrefix = '.devloop-'

/**
 * The agent's commands that change one file or folder each.
 *
 * - A process that is started costs about 1 ms. So the quick path of a write has one only, `mv`: small contents come
 *   as text for the builtin `printf`, `umask` gives most modes, and the words of an error are got by trying a second time.
 * - A rename makes a file that belongs to the agent's user. Where the old one did not, or its mode is to be kept, the new
 *   contents go into a copy of it made by `cp -p`.
 * - An obstacle is told by how many folders it is above the command's path.
 */
export const writeFunctions = `
target() {
  take "$1"
  path=$taken
  folder=\${path%/*}
  temporary=$folder/${temporaryPrefix}$token
}
make_folder() {
  [ -d "$1/" ] || words=$(mkdir -p "$1" 2>&1) || { find_obstacle "$1" "$2"; return 1; }
}
find_obstacle() {
  above=$1 levels=$2
  while [ -n "$above" ] && [ ! -d "$above" ]; do
    if [ -e "$above" ] || [ -h "$above" ]; then obstacle="file $levels"; return; fi
    above=\${above%/*} levels=$((levels + 1))
  done
}
prepare() {
  locked= chmod= words=
  case $mode in
    keep) ;;
    [!67]* | *[1357]*) chmod=1 ;;
  esac
  make_folder "$folder" 1 || return 1
  if [ ! -h "$path" ]; then
    if [ -d "$path" ]; then words='Is a directory' obstacle='folder 0'; return 1; fi
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
receive_bytes() {
  failed=$2
  if [ -n "$failed" ]; then "copy_by_$copier" "$1" >/dev/null
  else words=$("copy_by_$copier" "$1" 2>&1 >"$temporary") || failed=1
  fi
  end_of_bytes || { rm -f "$temporary"; exit 1; }
  [ -z "$failed" ]
}
end_of_bytes() {
  IFS= read -r line || return 1
  [ -z "$line" ] || failed=1
  while [ "$line" != "$token" ]; do
    IFS= read -r line || return 1
  done
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
  if [ -d "$path" ] && [ ! -h "$path" ]; then words='Is a directory' obstacle='folder 0'; refuse; return; fi
  make_folder "$folder" 1 || { refuse; return; }
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
  if make_folder "$taken" 0; then answer ok; else refuse; fi
}
`
