# scratch-repository.sh FOLDER INPUTS INCLUDE - an empty git repository with a
# vmlinux.h and a bpf_test.h that git ignores.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -e
rm -rf "$1"
git init -q "$1"
cd "$1"
git config user.name tester
git config user.email tester@localhost
cp "$3"/*.h .
printf '*.h\nbin/\ncache/\n' > .gitignore
git add .gitignore
git commit -q --no-verify -m start
cp "$2/stash.bpf.c" "$2/good.bpf.c" .
