# shellcheck shell=bash
# The flavour `--containerd`: a containerd of its own with a bridge for pods, and a container that `kind` takes for its node.

containerd_control() { timeout 120 ctr -a "$run/containerd.sock" -n k8s.io "$@"; }

# import_image IMAGE: from the Docker engine into the node
import_image() { docker save "$1" | containerd_control images import -; }

containerd_runtime() {
  install_packages containernetworking-plugins
  [[ -x $bin/kind ]] || from_trixie kind /usr/bin/kind "$bin/kind"
  alive containerd || containerd_configuration
  start containerd containerd --config "$run/containerd.toml"
  wait_for 20 containerd ctr -a "$run/containerd.sock" version
  import_image devloop-testbed/pause:1 >/dev/null
  docker inspect devloop-testbed-control-plane >/dev/null 2>&1 || kind_node
}

containerd_configuration() {
  container_runtime >/dev/null
  cat >"$run/containerd.toml" <<CONFIG
version = 2
root = "$cache/containerd"
state = "$run/containerd"
[grpc]
  address = "$run/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/devloop-testbed/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$run/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      BinaryName = "$run/runc"
CONFIG
  mkdir -p "$run/cni"
  cat >"$run/cni/10-bridge.conflist" <<'CONFIG'
{"cniVersion": "0.4.0", "name": "devloop", "plugins": [
  {"type": "bridge", "bridge": "devloop0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "172.28.0.0/16"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
CONFIG
}

# A container with the labels that `kind` looks for and the tools that it calls there, on the socket of the real node.
kind_node() {
  local node program library
  node=$(mktemp -d "$cache/rootfs.XXXXXX")
  mkdir -p "$node/tmp"
  install -D /bin/busybox "$node/bin/busybox" && ln -s busybox "$node/bin/sh"
  for program in ctr containerd; do
    install -D "$(command -v "$program")" "$node/usr/local/bin/$program"
    libraries "$(command -v "$program")" | while read -r library; do install -D "$library" "$node$library"; done
  done
  tar -C "$node" -c . | docker import -c 'ENV PATH=/usr/local/bin:/bin' -c 'CMD ["/bin/busybox","sleep","2147483647"]' - devloop-testbed/node:1 >/dev/null
  rm -rf "$node"
  docker run -d --name devloop-testbed-control-plane --label io.x-k8s.kind.cluster=devloop-testbed --label io.x-k8s.kind.role=control-plane \
    -v "$run/containerd.sock:/run/containerd/containerd.sock" -v "$run/containerd.toml:/etc/containerd/config.toml:ro" devloop-testbed/node:1 >/dev/null
}

# remove_containerd: the flavour's containers and state, whether or not its containerd still runs
remove_containerd() {
  [[ -d $cache/containerd ]] || return 0
  if engine_answers; then docker rm -f devloop-testbed-control-plane >/dev/null 2>&1 || true; fi
  stop containerd
  kill_matching "containerd-shim-runc-v2 .*-address $run/containerd.sock"
  ip link delete devloop0 2>/dev/null || true
  ip netns list | awk '/^cni-/ {print $1}' | xargs -r -n 1 ip netns delete || true
  unmount_below "$cache/containerd" "$run/containerd"
  rm -rf "$cache/containerd" "$run/containerd" /var/lib/cni/networks/devloop
}
