# shellcheck shell=bash
# The Docker engine: Debian's, started here unless the machine has one that answers.

engine_answers() { timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

engine_tools() {
  install_tools docker:docker.io dockerd:docker.io containerd:containerd runc:runc iptables:iptables \
    ip:iproute2 pgrep:procps modprobe:kmod
  install_packages busybox-static
  # Where the kernel enforces AppArmor, the engine cannot start a container without its parser.
  [[ $(cat /sys/module/apparmor/parameters/enabled 2>/dev/null) != Y ]] || install_tools apparmor_parser:apparmor
}

engine() {
  engine_tools
  if ! engine_answers; then
    grep -q ' /sys/fs/cgroup' /proc/self/mounts || die 'no cgroups are mounted at /sys/fs/cgroup: no container can run here'
    if ! alive dockerd && pgrep -x --runstates D,R,S dockerd >/dev/null; then
      await 30 dockerd docker version || die 'a Docker engine that this script did not start runs here, and does not answer'
    elif ! { alive dockerd && await 30 dockerd docker version; }; then
      stop dockerd 30
      start_engine || { say 'the Docker engine did not start; removing what its last run left'; reset_engine; start_engine; } ||
        die_with_log 'the Docker engine did not start' dockerd
    fi
  fi
  ip -4 address show docker0 | grep -q "inet $node_address/" || die "the Docker engine's bridge does not have the address $node_address"
  buildx
}

# The ids in pid files that a killed engine leaves may be another process's by now, which a new one would take for its own.
start_engine() {
  kill_matching '^containerd --config /var/run/docker/containerd/'
  rm -f /var/run/docker.pid /var/run/docker/containerd/containerd.pid
  start dockerd dockerd --exec-opt native.cgroupdriver=cgroupfs --storage-driver overlay2 \
    --add-runtime "devloop-testbed=$(container_runtime)" --default-runtime devloop-testbed
  # An engine that was killed first clears away the containers that it left running.
  await 90 dockerd docker version
}

# reset_engine: ends what an engine that does not run has left running, and forgets that it ran; containers and images stay
reset_engine() {
  stop dockerd 5
  kill_matching '^containerd --config /var/run/docker/containerd/'
  kill_matching 'containerd-shim-runc-v2 .*-address /var/run/docker/containerd/'
  kill_group docker
  kill_group kubepods
  unmount_below /var/run/docker /var/lib/docker/overlay2 /var/lib/docker/containers
  rm -rf /var/run/docker /var/run/docker.sock
}

# kill_group NAME: every process in a control group below the root's NAME, whichever version of control groups there is
kill_group() {
  local folders=()
  mapfile -t folders < <(find "/sys/fs/cgroup/$1" /sys/fs/cgroup/*/"$1" -maxdepth 0 2>/dev/null)
  ((${#folders[@]})) || return 0
  find "${folders[@]}" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u | grep -vx 0 | xargs -r kill -9 2>/dev/null || true
}

# unmount_below FOLDER...: or ends here, for what is removed next must not be someone's mounted folder
unmount_below() {
  local folder
  for folder; do
    mounts_below "$folder" | sort -r | xargs -r umount -l 2>/dev/null || true
    [[ -z $(mounts_below "$folder") ]] || die "cannot unmount what is below $folder"
  done
}
mounts_below() { awk -v folder="$(realpath -m "$1")" '$2 == folder || index($2, folder "/") == 1 {print $2}' /proc/self/mounts; }

# container_runtime: the path of a runc for machines where no process may lower its OOM score, raise its limits, or be
# given that right (no CAP_SYS_RESOURCE): asked to, runc would fail
container_runtime() {
  cat >"$run/runc.new" <<'SCRIPT'
#!/bin/sh
for arg; do
  case $last in
    --bundle | -b) sed -i -E 's/"oomScoreAdj":-[0-9]+/"oomScoreAdj":0/; s/"rlimits":\[[^]]*\],?//; s/"CAP_SYS_RESOURCE",?//g; s/,\]/]/g' "$arg/config.json" ;;
    --process | -p) sed -i -E 's/"CAP_SYS_RESOURCE",?//g; s/,\]/]/g' "$arg" ;;
  esac
  last=$arg
done
exec runc "$@"
SCRIPT
  chmod +x "$run/runc.new" && mv "$run/runc.new" "$run/runc"
  echo "$run/runc"
}

# BuildKit's client, which Debian 12 lacks, as a plugin of the docker command
buildx() {
  docker buildx version >/dev/null 2>&1 ||
    from_trixie docker-buildx /usr/libexec/docker/cli-plugins/docker-buildx /usr/local/lib/docker/cli-plugins/docker-buildx
}

pause_image() { # what holds a pod's network
  docker image inspect devloop-testbed/pause:1 >/dev/null 2>&1 && return 0
  local dir; dir=$(mktemp -d "$cache/rootfs.XXXXXX")
  install -D /bin/busybox "$dir/bin/busybox"
  tar -C "$dir" -c . | docker import -c 'ENTRYPOINT ["/bin/busybox","sleep","2147483647"]' - devloop-testbed/pause:1 >/dev/null
  rm -rf "$dir"
}
