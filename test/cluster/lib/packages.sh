# shellcheck shell=bash
# What comes from Debian: tools by their packages, and single files of a newer Debian.

apt_options=(-qq -o Acquire::Retries=3 -o Acquire::http::Timeout=60 -o Acquire::https::Timeout=60 -o DPkg::Lock::Timeout=300)

# install_tools COMMAND:PACKAGE...: installs the packages whose command is missing. A machine may have a command from
# elsewhere (kubectl of a cloud's toolkit), which would be in the way of Debian's.
install_tools() {
  local tool missing=()
  for tool; do command -v "${tool%%:*}" >/dev/null || missing+=("${tool#*:}"); done
  ((${#missing[@]})) || return 0
  mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
  install_packages "${missing[@]}"
}

# install_packages PACKAGE...: those that are not installed
install_packages() {
  local package missing=() policy=/usr/sbin/policy-rc.d own_policy=
  for package; do dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package"); done
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || die "needs ${missing[*]}, and this machine has no apt-get"
  say "installing ${missing[*]}"
  # A source that does not answer is no reason to stop: what counts is whether the packages are to be had.
  retry timeout 300 apt-get "${apt_options[@]}" update >"$logs/apt.log" 2>&1 || true
  # The cluster command starts what it needs; a package's service must not start by itself.
  if [[ ! -e $policy ]]; then own_policy=1; printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod 755 "$policy"; fi
  local failed=
  retry timeout 900 env DEBIAN_FRONTEND=noninteractive apt-get "${apt_options[@]}" install -y --no-install-recommends \
    "${missing[@]}" >>"$logs/apt.log" 2>&1 </dev/null || failed=1
  [[ -z $own_policy ]] || rm -f "$policy"
  [[ -z $failed ]] || die_with_log 'apt-get failed' apt
}

# use_suite SUITE KIND: sets `apt` to an apt-get of its own for one suite, on the mirror that this machine already uses
use_suite() {
  local dir=$cache/apt-$1 keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  mkdir -p "$dir/lists/partial"
  echo "$2 $([[ ! -f $keyring ]] || echo "[signed-by=$keyring]") $(mirror) $1 main" >"$dir/sources.list"
  apt=(apt-get "${apt_options[@]}" -o "Dir::Etc::sourcelist=$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$dir/lists" -o APT::Sandbox::User=root -o APT::Update::Error-Mode=any)
  retry timeout 300 "${apt[@]}" update >"$logs/apt-$1.log" 2>&1 || die_with_log "the package list of $1 is not to be had" "apt-$1"
}

# mirror: the address from which this machine takes Debian's own packages
mirror() {
  local found
  found=$({
    mirrors 'Codename: bookworm' 'Label: Debian' # as the mirror says of itself, once its lists are here
    mirrors 'Release: bookworm'                  # as the machine's configuration says
  } | sed -n 1p)
  [[ -n $found ]] || die "apt's configuration names no mirror of Debian 12 (bookworm)"
  echo "$found"
}
# shellcheck disable=SC2016 # apt-get fills $(REPO_URI) in
mirrors() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' "$@" 2>/dev/null; }

# from_trixie PACKAGE FILE TARGET: one program out of a package of Debian 13, where Debian 12 lacks it
from_trixie() {
  local dir apt
  say "installing $1 of Debian 13"
  use_suite trixie deb
  dir=$(mktemp -d "$cache/download.XXXXXX")
  (cd "$dir" && retry timeout 300 "${apt[@]}" download "$1") >"$logs/apt-trixie.log" 2>&1 || die_with_log "$1 could not be fetched" apt-trixie
  dpkg-deb --fsys-tarfile "$dir"/*.deb | tar -xO ".$2" >"$dir/program"
  install -D -m 755 "$dir/program" "$3"
  rm -rf "$dir"
}
