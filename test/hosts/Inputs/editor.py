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
    """Types the last function of the file anew, deletes it the same way, and then
    leaves out and doubles each of its characters. clangd builds the program for
    each of these texts, with the checks: a request wants to know its symbols, and
    what is asked is never skipped."""
    whole = document.text
    document.diagnostics()
    start = whole.rindex("SEC(")
    steps = [*range(start, len(whole) + 1), *range(len(whole), start, -1)]
    texts = [whole[:end] for end in steps]
    texts += [whole[:at] + whole[at + 1:] for at in range(start, len(whole))]
    texts += [whole[:at] + whole[at] + whole[at:] for at in range(start, len(whole))]
    for text in texts:
        document.change(text)
        document.symbols()
    document.change(whole)
    found = document.diagnostics()
    print(f"{len(whole) - start} characters, {len(texts)} texts, "
          f"{sum('bpf-' in str(d.get('code')) for d in found)} finding")


def main():
    clangd, file, what = sys.argv[1:]
    with lsp.Server([clangd, "--log=error"], Path(file).parent) as server:
        document = server.open(file)
        {"fix": fix, "type": type_function,
         "show": lambda d: show(d.diagnostics())}[what](document)
        print("exit status", server.shut_down())


main()
