//===- Store.h - precompiled headers in the user's cache folder -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// An entry is two files: KEY.json tells what it was made from, and the name
/// and checksum of the precompiled header, KEY-CHECKSUM.pch. Both come into
/// being by a rename, the description last, so that a reader sees all or
/// nothing. Whatever does not fit is no entry.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_STORE_H
#define BPFTIDY_PLUGIN_CLI_STORE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include <optional>
#include <string>
#include <vector>

namespace bpftidy {
namespace cli {

/// A header that was read, as it was then.
struct InputFile {
  std::string Path;
  std::string Hash;
  bool Users = false; ///< The user's own, no system header.
};

/// A precompiled header and what it was made from.
struct Entry {
  std::string Header; ///< Path of the precompiled header.
  std::vector<InputFile> Inputs;
  /// Files that were looked for in vain; one that exists now comes first.
  std::vector<std::string> Absent;
};

class Store {
public:
  /// The cache folder of this user, made if need be. Nothing if there is none
  /// or if others may write to it: what is in it could be anybody's.
  static std::optional<Store> open(std::string &Why);

  /// The entry of \p Key, if it is whole and none of its headers changed.
  std::optional<Entry> find(llvm::StringRef Key) const;

  /// Where to write the precompiled header of \p Key to, before \ref add.
  std::string temporary(llvm::StringRef Key) const;

  /// Removes what \p Process, which is no more, may have left there, whole or
  /// half.
  void removeTemporary(llvm::StringRef Key, int Process) const;

  /// Puts the file \p E.Header into the store as \p Key's. Drops entries that
  /// were used least recently, as far as the bound asks for it.
  void add(llvm::StringRef Key, Entry E) const;

  /// A lock that one process at a time has, for making \p Key; -1 if another
  /// one has it. It ends with \ref unlock, or with the process.
  int lock(llvm::StringRef Key, bool Wait) const;
  void unlock(llvm::StringRef Key, int Lock) const;

  /// Checksum of a text, in hexadecimal.
  static std::string hash(llvm::StringRef Text);

private:
  explicit Store(std::string Folder) : Folder(std::move(Folder)) {}
  std::string path(const llvm::Twine &Name) const;
  void evict(llvm::StringRef Key) const;

  std::string Folder;
};

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_STORE_H
