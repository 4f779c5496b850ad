# formats.py - looks whether a document of bpf-tidy's has what docs/json.md, or
# SARIF, promises.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: formats.py json|sarif FILE
import json
import sys
from pathlib import Path
from urllib.parse import unquote

document = json.loads(Path(sys.argv[2]).read_text())


def applied(file, edits):
    """The text of FILE after EDITS of (start, end, text)."""
    data = Path(file).read_bytes()
    for start, end, text in sorted(edits, reverse=True):
        data = data[:start] + text.encode() + data[end:]
    return data.decode()


def check_json():
    assert document["version"] == 1
    assert document["tool"]["name"] == "bpf-tidy"
    assert document["summary"] == {"files": 1, "findings": 1, "fixable": 1, "fixed": 0, "errors": 1}
    [finding] = document["findings"]
    assert finding["check"] == "bpf-kptr-misplaced-tag"
    assert finding["severity"] == "warning"
    assert finding["effect"] == "tag-lost", finding["effect"]
    assert finding["kernels"] == "6.12-", finding["kernels"]
    place = finding["location"]
    assert place["file"] == "a b/bad.bpf.c"
    data = Path(place["file"]).read_bytes()
    assert data[place["offset"]:].startswith(b"task;")
    assert data[:place["offset"]].count(b"\n") + 1 == place["line"]
    assert place["offset"] - data.rfind(b"\n", 0, place["offset"]) == place["column"]
    assert [data[r["offset"]:r["offset"] + r["length"]] for r in finding["ranges"]] == [b"__kptr"]
    assert all({"message", "location", "fixes", "ranges"} <= set(n) for n in finding["notes"])
    assert any("'stash'" in n["message"] and n["location"]["line"] == 13 for n in finding["notes"])
    edits = [(f["offset"], f["offset"] + f["length"], f["text"]) for f in finding["fixes"]]
    assert "__kptr *task;" in applied(place["file"], edits)
    [error] = document["errors"]
    assert error["file"] == "broken.bpf.c"
    assert error["message"].startswith("does not compile")
    assert error["diagnostics"][0]["location"]["line"] == 1


def offset(file, line, column):
    """Bytes before a place that is counted in characters."""
    lines = Path(file).read_text().split("\n")
    return len("\n".join(lines[:line - 1] + [lines[line - 1][:column - 1]]).encode())


def check_sarif():
    assert document["version"] == "2.1.0" and "sarif-schema-2.1.0" in document["$schema"]
    [run] = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["columnKind"] == "unicodeCodePoints"
    [result] = run["results"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "bpf-kptr-misplaced-tag"
    assert all(rule["shortDescription"]["text"] for rule in rules)
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b/bad.bpf.c"
    region = place["region"]
    assert region["startLine"] == region["endLine"] == 5
    [change] = result["fixes"][0]["artifactChanges"]
    file = unquote(change["artifactLocation"]["uri"])
    edits = [(offset(file, r["startLine"], r["startColumn"]), offset(file, r["endLine"], r["endColumn"]), text)
             for r, text in ((e["deletedRegion"], e["insertedContent"]["text"])
                             for e in change["replacements"])]
    assert "__kptr *task;" in applied(file, edits), applied(file, edits)
    assert result["relatedLocations"][0]["message"]["text"]
    [invocation] = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert "broken.bpf.c" in invocation["toolExecutionNotifications"][0]["message"]["text"]


{"json": check_json, "sarif": check_sarif}[sys.argv[1]]()
