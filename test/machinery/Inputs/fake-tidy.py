#!/usr/bin/env python3
# fake-tidy.py - stands for bpf-tidy in the test of the test formats: it finds
# each "BAD", and its fix writes FAKE_FIX instead, that of its note FAKE_NOTE_FIX.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import os
import re
import sys

options = sys.argv[1:sys.argv.index("--")]
path = next(o for o in options if not o.startswith("--"))
with open(path) as source:
    text = source.read()
found = list(re.finditer(r"\bBAD\b", text))
fix = os.environ.get("FAKE_FIX")
note_fix = os.environ.get("FAKE_NOTE_FIX")
if "--fix" in options:
    with open(path, "w") as target:
        target.write(text if fix is None else re.sub(r"\bBAD\b", fix, text))
else:
    findings = []
    for match in found:
        place = {"file": path, "line": text.count("\n", 0, match.start()) + 1, "column": 1}
        edit = {"file": path, "offset": match.start(), "length": 3}
        findings.append({
            "check": "bpf-fake", "effect": os.environ.get("FAKE_EFFECT", "tag-lost"),
            "message": "this is bad", "location": place,
            "notes": [{"message": "do this", "location": place,
                       "fixes": [] if note_fix is None else [{**edit, "text": note_fix}]}],
            "fixes": [] if fix is None else [{**edit, "text": fix}],
        })
    print(json.dumps({"version": 1, "findings": findings, "errors": []}))
sys.exit(1 if found else 0)
