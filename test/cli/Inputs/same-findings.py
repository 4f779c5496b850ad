# same-findings.py - whether JSON, SARIF and YAML of a run have the same findings and fixes.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: same-findings.py JSON SARIF YAML
import json
import re
import sys
from collections import Counter
from pathlib import Path

findings = json.loads(Path(sys.argv[1]).read_text())["findings"]
[run] = json.loads(Path(sys.argv[2]).read_text())["runs"]
yaml = Path(sys.argv[3]).read_text()

rules = run["tool"]["driver"]["rules"]
assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
# The help of a rule is its page.
assert all("help" in rule for rule in rules if rule["id"] != "bpf-tidy-unused-nolint")

said = Counter((f["check"], f["message"], f["location"]["line"], f.get("effect"), f.get("kernels"))
               for f in findings)
sarif = Counter((r["ruleId"], r["message"]["text"],
                 r["locations"][0]["physicalLocation"]["region"]["startLine"],
                 r.get("properties", {}).get("effect"), r.get("properties", {}).get("kernels"))
                for r in run["results"])
# A location begins where the source that it is about does, at times a line before.
assert Counter(k[:2] + k[3:] for k in said.elements()) == \
    Counter(k[:2] + k[3:] for k in sarif.elements())
assert len({f["check"] for f in findings}) > 50
assert sum(bool(f["fixes"]) for f in findings) > 20

edits = Counter()
for finding in findings:
    for fixes in [finding["fixes"]] + [note["fixes"] for note in finding["notes"]]:
        edits["json"] += len(fixes)
for result in run["results"]:
    for fix in result.get("fixes", []):
        edits["sarif"] += sum(len(c["replacements"]) for c in fix["artifactChanges"])
assert edits["json"] == edits["sarif"], edits

# With and without a fix. An unused NOLINT is not asked for there.
names = Counter(re.findall(r"^  - DiagnosticName: +(\S+)$", yaml, re.M))
names["bpf-tidy-unused-nolint"] = 1
assert names == Counter(f["check"] for f in findings), names
assert yaml.count("ReplacementText:") == edits["json"], edits
