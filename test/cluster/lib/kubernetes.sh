# shellcheck shell=bash
# Kubernetes itself: built from Debian's source package, its keys, and its processes.

components=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy)
pki=$cache/pki

kubernetes_tools() {
  install_tools kubectl:kubernetes-client etcd:etcd-server conntrack:conntrack socat:socat dnsmasq:dnsmasq-base openssl:openssl
}

# Another text here builds the binaries anew.
build_of=v1.20.2+map-iteration+container-gc

binaries() {
  local name source=$cache/src apt
  [[ $(cat "$bin/build-of" 2>/dev/null) != "$build_of" ]] || return 0
  install_tools go:golang-go make:make gcc:gcc rsync:rsync
  say "building Kubernetes from Debian's source package (once; about 6 minutes on 2 cores)"
  rm -rf "$source" && mkdir -p "$source/tree"
  use_suite bookworm deb-src
  (cd "$source" && retry timeout 600 "${apt[@]}" source --download-only kubernetes) >"$logs/build.log" 2>&1 || die_with_log 'the source could not be fetched' build
  tar -xzf "$source"/kubernetes_*.orig.tar.gz -C "$source/tree" --strip-components=1
  (cd "$source/tree" && iterate_maps_as_go_does && clear_dead_containers_soon) || die 'the source is another than this script knows'
  (
    cd "$source/tree"
    mkdir -p .go/src/k8s.io && ln -sfn ../../.. .go/src/k8s.io/kubernetes
    export GOPATH=$PWD/.go CGO_ENABLED=0 GOFLAGS=-mod=vendor GOCACHE=$source/gocache
    # there is no git history to read these from
    export KUBE_GIT_VERSION=v1.20.2 KUBE_GIT_TREE_STATE=clean KUBE_GIT_MAJOR=1 KUBE_GIT_MINOR=20 KUBE_GIT_COMMIT=debian
    timeout 1500 make GOLDFLAGS='-s -w' WHAT="${components[*]/#/cmd/}"
  ) >>"$logs/build.log" 2>&1 9>&- || die_with_log 'the build failed' build
  for name in "${components[@]}"; do
    install -m 755 "$source"/tree/_output/local/bin/linux/*/"$name" "$bin/$name.new" && mv "$bin/$name.new" "$bin/$name"
  done
  echo "$build_of" >"$bin/build-of"
  chmod -R u+w "$source" && rm -rf "$source"
}

# iterate_maps_as_go_does: the source of 2021 calls into Go's runtime with a signature that Go 1.18 changed, and its API
# server then crashes at the first custom resource that it reads. reflect2 1.0.2 mended the call in the same way.
iterate_maps_as_go_does() {
  local reflect2=vendor/github.com/modern-go/reflect2
  grep -q '^func mapiterinit(rtype unsafe.Pointer, m unsafe.Pointer) \*hiter$' $reflect2/unsafe_link.go &&
    grep -q 'hiter: *mapiterinit(type2.rtype, \*(\*unsafe.Pointer)(obj)),' $reflect2/unsafe_map.go || return 1
  sed -i 's/^\(func mapiterinit(.*\)) \*hiter$/\1, it *hiter)/' $reflect2/unsafe_link.go
  # The runtime fills in the whole of its structure (runtime/map.go, hiter), of which only the beginning is read here.
  sed -i 's|^\t// rest fields are ignored$|\tt, h, buckets, bptr unsafe.Pointer\n\toverflow, oldoverflow *[]unsafe.Pointer\n\tstartBucket uintptr\n\toffset uint8\n\twrapped bool\n\tb, i uint8\n\tbucket, checkBucket uintptr|' $reflect2/unsafe_link.go
  sed -i 's/hiter: *mapiterinit(/hiter: startIteration(/' $reflect2/unsafe_map.go
  printf '\nfunc startIteration(rtype, m unsafe.Pointer) *hiter {\n\tit := new(hiter)\n\tmapiterinit(rtype, m, it)\n\treturn it\n}\n' >>$reflect2/unsafe_map.go
}

# clear_dead_containers_soon: where a container ends at once when it is told to, this kubelet leaves it, and with it the
# pod, to the next round of its garbage collection, which has a fixed period of a minute.
clear_dead_containers_soon() {
  grep -qE '^\s+ContainerGCPeriod = time.Minute$' pkg/kubelet/kubelet.go || return 1
  sed -i 's/^\tContainerGCPeriod = time.Minute$/\tContainerGCPeriod = time.Second/' pkg/kubelet/kubelet.go
}

keys() {
  [[ -f $pki/kubelet.crt ]] && return 0
  say 'making keys'
  rm -rf "$pki.new" && mkdir -p "$pki.new"
  (
    cd "$pki.new"
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=devloop-testbed-ca -keyout ca.key -out ca.crt
    openssl genrsa -out sa.key 2048
    issue apiserver /CN=kube-apiserver "IP:127.0.0.1,IP:10.96.0.1,IP:$node_address,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc"
    issue admin /O=system:masters/CN=devloop-admin
    issue kubelet /CN=devloop-testbed "IP:$node_address,DNS:devloop-testbed"
  ) >"$logs/keys.log" 2>&1 || die_with_log 'openssl failed' keys
  rm -rf "$pki" && mv "$pki.new" "$pki"
}
issue() { # issue NAME SUBJECT [SUBJECT_ALTERNATIVE_NAMES]
  openssl req -newkey rsa:2048 -nodes -subj "$2" -keyout "$1.key" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out "$1.crt" \
    -extfile <(printf 'extendedKeyUsage=serverAuth,clientAuth\n%s' "${3:+subjectAltName=$3}")
}

write_kubeconfig() { # write_kubeconfig CONTEXT
  cat >"$kubeconfig.new" <<CONFIG
apiVersion: v1
kind: Config
current-context: $1
clusters: [{name: $1, cluster: {server: "https://127.0.0.1:$api_port", certificate-authority-data: $(base64 -w0 "$pki/ca.crt")}}]
users: [{name: $1, user: {client-certificate-data: $(base64 -w0 "$pki/admin.crt"), client-key-data: $(base64 -w0 "$pki/admin.key")}}]
contexts: [{name: $1, context: {cluster: $1, user: $1}}]
CONFIG
  chmod 600 "$kubeconfig.new" && mv "$kubeconfig.new" "$kubeconfig"
}

# control_plane POD_ADDRESSES
control_plane() {
  # No fsync: data that outlives a crash of the machine is of no use to a test, and the disk is the slowest part.
  start etcd etcd --data-dir "$cache/etcd" --listen-client-urls http://127.0.0.1:12379 --advertise-client-urls http://127.0.0.1:12379 \
    --listen-peer-urls http://127.0.0.1:12380 --initial-advertise-peer-urls http://127.0.0.1:12380 --initial-cluster default=http://127.0.0.1:12380 --unsafe-no-fsync
  wait_for 20 etcd bash -c ': </dev/tcp/127.0.0.1/12379'
  start kube-apiserver "$bin/kube-apiserver" --etcd-servers=http://127.0.0.1:12379 --bind-address=127.0.0.1 --secure-port="$api_port" \
    --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" --client-ca-file="$pki/ca.crt" \
    --service-account-key-file="$pki/sa.key" --service-account-signing-key-file="$pki/sa.key" --service-account-issuer=https://kubernetes.default.svc \
    --service-cluster-ip-range=10.96.0.0/16 --authorization-mode=RBAC --allow-privileged=true --advertise-address="$node_address" \
    --kubelet-client-certificate="$pki/admin.crt" --kubelet-client-key="$pki/admin.key" --kubelet-certificate-authority="$pki/ca.crt" \
    --kubelet-preferred-address-types=InternalIP --endpoint-reconciler-type=none --event-ttl=1h
  wait_for 90 kube-apiserver kubectl get --raw /readyz
  start kube-controller-manager "$bin/kube-controller-manager" --kubeconfig="$kubeconfig" --service-account-private-key-file="$pki/sa.key" \
    --root-ca-file="$pki/ca.crt" --use-service-account-credentials=false --leader-elect=false --cluster-cidr="$1" --port=0 --bind-address=127.0.0.1
  start kube-scheduler "$bin/kube-scheduler" --kubeconfig="$kubeconfig" --leader-elect=false --port=0 --bind-address=127.0.0.1
}

# node POD_ADDRESSES CGROUP_DRIVER RUNTIME_OPTION...
node() {
  local pods=$1 driver=$2; shift 2
  cat >"$run/kubelet.yaml" <<CONFIG
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $node_address
authentication: {anonymous: {enabled: false}, webhook: {enabled: false}, x509: {clientCAFile: "$pki/ca.crt"}}
authorization: {mode: AlwaysAllow}
tlsCertFile: "$pki/kubelet.crt"
tlsPrivateKeyFile: "$pki/kubelet.key"
cgroupDriver: $driver
clusterDNS: [$node_address]
clusterDomain: cluster.local
failSwapOn: false
enforceNodeAllocatable: []
evictionHard: {"memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%"}
imageGCHighThresholdPercent: 100
maxPods: 200
readOnlyPort: 0
CONFIG
  start kubelet "$bin/kubelet" --kubeconfig="$kubeconfig" --config="$run/kubelet.yaml" --hostname-override=devloop-testbed --node-ip="$node_address" \
    "$@" --root-dir="$cache/kubelet" --cert-dir="$cache/kubelet-pki"
  start kube-proxy "$bin/kube-proxy" --kubeconfig="$kubeconfig" --proxy-mode=iptables --hostname-override=devloop-testbed --bind-address=127.0.0.1 \
    --healthz-bind-address=127.0.0.1:10256 --metrics-bind-address=127.0.0.1:10249 --cluster-cidr="$pods" --conntrack-max-per-core=0
}

dns() { # a resolver for *.svc.cluster.local on the bridge, fed from the API
  alive dnsmasq || : >"$run/hosts"
  start dnsmasq dnsmasq --keep-in-foreground --no-resolv --no-hosts --addn-hosts="$run/hosts" --listen-address="$node_address" \
    --bind-interfaces --local=/cluster.local/ --local-ttl=1 --pid-file= --user=root
  start dns-feed "$here/dns-feed" "$run/hosts" "$run/dnsmasq.pid"
}

node_is_ready=(kubectl wait --for condition=Ready node/devloop-testbed --timeout 5s)
