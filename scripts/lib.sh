# lib.sh - what the scripts beside it share: steps with short lines, packages, build
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PATH=$PATH:/usr/sbin:/sbin # bpftool lives there

say() { printf '%s: %s\n' "${0##*/}" "$*"; }

die() {
  printf '%s: error: %s\n' "${0##*/}" "$*" >&2
  exit 2
}

# build_dir LLVM - the build directory for that LLVM release
build_dir() {
  if [ "$1" = 19 ]; then echo "$ROOT/build"; else echo "$ROOT/build-$1"; fi
}

# step WHAT COMMAND... - runs the command with its output in a log; only a failure shows it
step() {
  local what=$1 log
  shift
  log=$(mktemp)
  say "$what"
  if ! "$@" >"$log" 2>&1; then
    # A compiler's first error says more than the last lines do.
    { grep -m 5 -E 'error:|Error |^E: ' "$log" || tail -n 20 "$log"; } >&2
    mv "$log" "$ROOT/failed-step.log"
    die "$what: failed; the whole output is in failed-step.log"
  fi
  rm -f "$log"
}

# packages - the names in packages.txt
packages() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$ROOT/scripts/packages.txt"; }

# missing_packages - those of them that are not installed
missing_packages() {
  local name
  for name in $(packages); do
    dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed ||
      echo "$name"
  done
}

# install_packages - installs what is missing; without root it says what that is
install_packages() {
  local missing
  command -v dpkg-query >/dev/null ||
    die "this is no Debian; install what scripts/packages.txt lists by other means"
  missing=$(missing_packages | tr '\n' ' ')
  missing=${missing% }
  if [ -z "$missing" ]; then
    say "all packages are installed"
  elif [ "$(id -u)" != 0 ]; then
    die "packages are missing; as root: apt-get install --no-install-recommends $missing"
  else
    export DEBIAN_FRONTEND=noninteractive
    step "updating the list of packages" apt-get update -q
    # shellcheck disable=SC2086 # one word a package
    step "installing $missing" apt-get install -q -y --no-install-recommends $missing
  fi
}

# build LLVM - configures and builds everything for that LLVM release
build() {
  local dir
  dir=$(build_dir "$1")
  step "configuring ${dir##*/} for LLVM $1" cmake -S "$ROOT" -B "$dir" -G Ninja \
    -DCMAKE_BUILD_TYPE=Release -DBPF_TIDY_LLVM="$1"
  step "building ${dir##*/}" ninja -C "$dir" -j "$(nproc)"
}

# kernel_header DIR - writes DIR/vmlinux.h: the running kernel's types or, where the kernel
# does not tell them, the few that the tests and examples need
kernel_header() {
  local btf=/sys/kernel/btf/vmlinux new
  new=$(mktemp)
  if [ -r $btf ] && bpftool btf dump file $btf format c >"$new" 2>/dev/null && [ -s "$new" ]; then
    say "${1##*/}/vmlinux.h: the types of Linux $(uname -r)"
  else
    say "${1##*/}/vmlinux.h: test/include/vmlinux.h, as this kernel shows no BTF in $btf"
    cp "$ROOT/test/include/vmlinux.h" "$new"
  fi
  # An equal file keeps its time, so that nothing that includes it looks changed.
  if cmp -s "$new" "$1/vmlinux.h"; then rm -f "$new"; else
    mv "$new" "$1/vmlinux.h"
    chmod 644 "$1/vmlinux.h"
  fi
}
