# editor.py - what a user of an editor sees and does, over LSP.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""editor.py CLANGD FILE fix | show | type"""

import sys
from pathlib import Path

import lsp


def show(diagnostics):
    for d in diagnostics:
        start = d["range"]["start"]
        print(f"{start['line'] + 1}:{start['character'] + 1}: {d.get('code', '')}: {d['message']}")


def fix(document):
    """Shows the diagnostics, applies the first action, shows what is left."""
    diagnostics = document.diagnostics()
    show(diagnostics)
    for diagnostic in diagnostics:
        for action in document.actions(diagnostic):
            print("action:", action["title"])
            document.apply(action)
            show(document.diagnostics())
            print("text:", next(l.strip() for l in document.text.splitlines() if "task;" in l))
            return
    print("no action")


def type_function(document):
    """Writes the last function of the file anew, character by character, and
    deletes it the same way."""
    whole = document.text
    document.diagnostics()
    start = whole.rindex("SEC(")
    for end in [*range(start, len(whole) + 1), *range(len(whole), start, -7)]:
        document.change(whole[:end])
        if end % 5 == 0:
            document.diagnostics()
    document.change(whole)
    found = document.diagnostics()
    print(f"{len(whole) - start} characters, {sum('bpf-' in str(d.get('code')) for d in found)} finding")


def main():
    clangd, file, what = sys.argv[1:]
    with lsp.Server([clangd, "--log=error"], Path(file).parent) as server:
        document = server.open(file)
        {"fix": fix, "type": type_function,
         "show": lambda d: show(d.diagnostics())}[what](document)
        print("exit status", server.shut_down())


main()
