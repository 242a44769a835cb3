# shellcheck shell=bash
# Where everything lives, and how a process is started, stopped and waited for.
# shellcheck disable=SC2034 # the other files read these

cache=$(realpath -m "${DEVLOOP_TESTBED_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/devloop-testbed}")
run=$cache/run logs=$cache/logs bin=$cache/bin
kubeconfig=$cache/kubeconfig
api_port=${DEVLOOP_TESTBED_PORT:-16443}
node_address=172.17.0.1 # the bridge's own: exec, logs and port-forward stay on this machine
mkdir -p "$run" "$logs" "$bin"

# A plain `su` leaves the folders of the system's own tools out, and npm puts a newer Node.js in front than the machine's.
PATH=$(tr : '\n' <<<"$PATH:/usr/sbin:/sbin" | grep -v /node_modules/ | paste -sd :)
export PATH
# Images go where the kubelet looks for them, whichever engine the user's docker command talks to.
export DOCKER_HOST=unix:///var/run/docker.sock

say() { printf '[testbed] %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# die_with_log MESSAGE NAME: ends with the last lines of logs/NAME.log
die_with_log() {
  say "$1; the last lines of $logs/$2.log:"
  tail -n 15 "$logs/$2.log" 2>/dev/null | cut -c1-300 >&2 || true
  exit 1
}

# alive NAME: the process that `start NAME` began is still there. Process ids are used again, so the id alone is no proof.
alive() {
  local words
  [[ -f $run/$1.pid ]] && mapfile -d '' -t words 2>/dev/null <"/proc/$(<"$run/$1.pid")/cmdline" || return 1
  [[ ${words[0]:-} == */"$1" || ${words[0]:-} == "$1" || ${words[1]:-} == */"$1" || ${words[1]:-} == "$1" ]]
} 2>/dev/null

# start NAME COMMAND...: in the background, in a process group of its own, its output in logs/NAME.log
start() {
  local name=$1; shift
  alive "$name" && return 0
  say "starting $name"
  # Why the last one ended is often in its last lines.
  [[ ! -s $logs/$name.log ]] || mv "$logs/$name.log" "$logs/$name.last.log"
  (cd / && exec setsid "$@") >"$logs/$name.log" 2>&1 </dev/null 9>&- &
  echo $! >"$run/$name.pid"
  # Until the program has taken its process over, the process goes by another name.
  until alive "$name" || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
}

# stop NAME [SECONDS]: asks, then kills
stop() {
  local name=$1 end=$((SECONDS + ${2:-5})) pid
  if alive "$name"; then
    pid=$(<"$run/$name.pid")
    kill -- "-$pid" 2>/dev/null || true
    while alive "$name" && ((SECONDS < end)); do sleep 0.1; done
    kill -9 -- "-$pid" 2>/dev/null || true
  fi
  rm -f "$run/$name.pid"
}

# kill_matching PATTERN: kills every process whose command line matches, and says nothing where there is none (or where
# procps is still to be installed, and with it all that could run)
kill_matching() { command -v pgrep >/dev/null || return 0; pgrep -f -- "$1" | xargs -r kill -9 2>/dev/null || true; }

# await SECONDS NAME COMMAND...: until COMMAND succeeds; fails at once where the process NAME has ended
await() {
  local name=$2 end=$((SECONDS + $1)); shift 2
  until timeout 10 "$@" >/dev/null 2>&1; do
    # A second look: in the middle of an exec a process has no command line.
    [[ ! -f $run/$name.pid ]] || alive "$name" || { sleep 0.2; alive "$name"; } || return 1
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# wait_for SECONDS NAME COMMAND...: the same, and ends this script with the log of NAME where it fails
wait_for() { await "$@" || die_with_log "$2 is not ready (waited at most $1 s)" "$2"; }

# retry COMMAND...: three tries, for what comes over a network
retry() {
  local try
  for try in 1 2 3; do
    "$@" && return 0
    ((try < 3)) && { say "trying again: $*"; sleep $((try * 5)); }
  done
  return 1
}

# one_at_a_time: two sessions that start or stop the cluster at once take turns
one_at_a_time() {
  exec 9>"$cache/lock"
  flock -n 9 && return 0
  say 'waiting for another cluster command to end'
  flock -w 1800 9 || die 'another cluster command has not ended for 30 minutes'
}

# libraries PROGRAM: the files that it loads; none where it is static
libraries() { ldd "$1" 2>/dev/null | grep -oE '/[^ ]+' || true; }
