# shellcheck shell=bash
# A registry on this machine for the flavour `--containerd`, which the cluster tells of as tools for local clusters do.

registry_port=${DEVLOOP_TESTBED_REGISTRY_PORT:-15000}

# registry: starts it, and publishes it in the cluster (KEP-1755). Engine and containerd both take a name of the loopback
# address for one that speaks plain HTTP; that these names differ lets tests see which side uses which.
registry() {
  install_packages docker-registry
  cat >"$run/registry.yml" <<CONFIG
version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: "$cache/registry"}}
http: {addr: "127.0.0.1:$registry_port"}
CONFIG
  start docker-registry docker-registry serve "$run/registry.yml"
  wait_for 20 docker-registry bash -c "exec 3<>/dev/tcp/127.0.0.1/$registry_port"
  kubectl apply -f - >/dev/null <<MANIFEST
apiVersion: v1
kind: ConfigMap
metadata: {name: local-registry-hosting, namespace: kube-public}
data:
  localRegistryHosting.v1: |
    host: "localhost:$registry_port"
    hostFromContainerRuntime: "127.0.0.1:$registry_port"
MANIFEST
}

remove_registry() {
  stop docker-registry
  kill_matching "^docker-registry serve $run/"
  rm -rf "$cache/registry"
}
