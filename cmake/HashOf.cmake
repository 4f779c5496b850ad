# cmake -DFILE=... -DOUT=... -P HashOf.cmake - writes a string literal, the hash of FILE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
file(SHA256 ${FILE} HASH)
file(WRITE ${OUT} "\"${HASH}\"\n")
