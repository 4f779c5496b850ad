#!/usr/bin/env python3
# compare-graph.py - holds the predicted BTF of maps against the object's.
#
#   compare-graph.py --tidy BPF-TIDY --clang CLANG [--compiler RELEASE] --include DIR FILE.bpf.c...
#
# For each part of each test file: what `bpf-tidy --dump-btf` says that keys, values and
# globals will be, and what bpftool finds in the object that CLANG emits. RELEASE is CLANG's
# if that is not the release that BPF-TIDY is made of. Prints every difference. Where the prediction is "unknown", full and forward are both right.
# A global that the optimiser takes out is predicted all the same; its part says so:
# `static int unseen; // optimised away`.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import json
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
import parts  # noqa: E402

_GONE = re.compile(r"(\w+)(?: = \w+)?;\s*// optimised away\b")
_DERIVED = {"PTR", "TYPEDEF", "CONST", "VOLATILE", "RESTRICT", "TYPE_TAG"}


class Comparison:
    """One prediction beside one object's BTF."""

    def __init__(self, predicted, emitted, gone):
        self.gone = gone
        self.predicted = predicted["types"]
        self.maps = predicted["maps"]
        self.emitted = {t["id"]: t for t in emitted["types"]}
        self.emitted[0] = {"kind": "VOID"}
        self.tags = {}
        for t in emitted["types"]:
            if t["kind"] == "DECL_TAG":
                self.tags.setdefault((t["type_id"], t["component_idx"]), set()).add(t["name"])
        self.seen = set()
        self.differences = []
        self.compared = 0

    def run(self):
        sections = {t["name"]: t for t in self.emitted.values() if t["kind"] == "DATASEC"}
        definitions = {}
        for info in sections.get(".maps", {}).get("vars", []):
            var = self.emitted[info["type_id"]]
            definitions[var["name"]] = self.emitted[var["type_id"]]
        for entry in self.maps:
            if entry["section"]:
                self._section(entry, sections.get(entry["name"]))
            elif entry["name"] in definitions:
                self._definition(entry, definitions[entry["name"]])
        return self.differences

    def _differ(self, path, text):
        self.differences.append(f"{path}: {text}")

    def _definition(self, entry, definition):
        while definition["kind"] == "ARRAY":
            definition = self.emitted[definition["type_id"]]
        for member in definition.get("members", []):
            if member["name"] in ("key", "value") and entry[member["name"]]:
                pointer = self.emitted[member["type_id"]]
                self._type(f"{entry['name']}.{member['name']}", entry[member["name"]],
                           pointer["type_id"])

    def _section(self, entry, section):
        found = {}
        for info in section["vars"] if section else []:
            var = self.emitted[info["type_id"]]
            # Static locals of one name are numbered in an order that depends on the whole file.
            found.setdefault(re.sub(r"\.\d+$", "", var["name"]), []).append(var)
        for member in self.predicted[entry["value"]]["members"]:
            path = f"{entry['name']}.{member['name']}"
            gone = member["name"].rsplit(".", 1)[-1] in self.gone
            if (member["name"] not in found) != gone:
                self._differ(path, "is in the object" if member["name"] in found
                             else "is not in the object")
            if member["name"] not in found:
                continue
            var = found[member["name"]].pop(0)
            if not found[member["name"]]:
                del found[member["name"]]
            self._type(path, member["type"], var["type_id"])
        for name in found:
            self._differ(f"{entry['name']}.{name}", "was not predicted")

    def _type(self, path, predicted_id, emitted_id):
        if (predicted_id, emitted_id) in self.seen:
            return
        self.seen.add((predicted_id, emitted_id))
        self.compared += 1
        p, e = self.predicted[predicted_id], self.emitted[emitted_id]
        kind = e["kind"].removesuffix("64")
        if p["kind"] in ("STRUCT", "UNION", "FWD") and kind in ("STRUCT", "UNION", "FWD"):
            self._record(path, p, e)
        elif p["kind"] == "OTHER":
            return
        elif p["kind"] != kind:
            self._differ(path, f"predicted {p['kind']} '{p['name']}', is {kind} "
                               f"'{e.get('name', '')}'")
        elif kind in ("TYPEDEF", "TYPE_TAG") and p["name"] != e["name"]:
            self._differ(path, f"predicted {kind} '{p['name']}', is '{e['name']}'")
        elif kind in _DERIVED:
            self._type(path + ("*" if kind == "PTR" else ""), p["type"], e["type_id"])
        elif kind == "ARRAY":
            if p["count"] != e["nr_elems"]:
                self._differ(path, f"predicted {p['count']} elements, are {e['nr_elems']}")
            self._type(path + "[]", p["type"], e["type_id"])
        elif kind in ("INT", "ENUM") and p["size"] != e["size"]:
            self._differ(path, f"predicted {p['size']} bytes, are {e['size']}")

    def _record(self, path, p, e):
        name = "" if e["name"] == "(anon)" else e["name"]
        if p["name"] != name:
            self._differ(path, f"predicted '{p['name']}', is '{name}'")
            return
        forward = e["kind"] == "FWD"
        if p["kind"] == "FWD" or p["emitted"] == "forward":
            if not forward:
                self._differ(path, f"'{name}' was predicted forward and is in full")
            return
        if forward:
            if p["emitted"] == "full":
                self._differ(path, f"'{name}' was predicted in full and is forward")
            return
        if (p["kind"], p["size"]) != (e["kind"], e["size"]):
            self._differ(path, f"predicted {p['kind']} of {p['size']} bytes, is {e['kind']} "
                               f"of {e['size']}")
            return
        if not p["members"] and p["of_kernel"]:
            return  # the checks do not look into it
        self._members(path, p["members"], e)

    def _members(self, path, members, e):
        emitted = e.get("members", [])
        if len(members) != len(emitted):
            self._differ(path, f"predicted {len(members)} members, are {len(emitted)}")
            return
        for index, (m, n) in enumerate(zip(members, emitted)):
            name = "" if n["name"] == "(anon)" else n["name"]
            here = f"{path}.{m['name']}"
            want = (m["name"], m["bit_offset"], m["bit_size"], set(m["decl_tags"]))
            got = (name, n["bits_offset"], n.get("bitfield_size", 0),
                   self.tags.get((e["id"], index), set()))
            if want != got:
                self._differ(here, f"predicted {want}, is {got}")
            self._type(here, m["type"], n["type_id"])


def run(command):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True,
                          timeout=120, errors="replace", check=False)


def compare(args, part, directory):
    """(differences, number of types compared) of one part."""
    label = f"{part.file.name}, part {part.name}"
    source = part.write(directory / part.file.name / part.name)
    target = source.with_suffix(".o")
    flags = ["-target", "bpf", "-g", "-O2", "-mcpu=v3", "-D__TARGET_ARCH_x86", "-w",
             "-I", args.include, *part.cflags]
    if part.compiler and not args.compiler:
        return [], 0
    if run([args.clang, *flags, "-c", source, "-o", target]).returncode:
        return [f"{label}: does not compile"], 0
    dump = run(["bpftool", "-j", "btf", "dump", "file", target])
    said = run([args.tidy, "--dump-btf", *args.compiler, source, "--", *flags])
    try:
        comparison = Comparison(json.loads(said.stdout), json.loads(dump.stdout),
                                _GONE.findall(part.text))
    except ValueError:
        return [f"{label}: cannot read\n{said.stderr}{dump.stderr}"], 0
    return [f"{label}: {d}" for d in comparison.run()], comparison.compared


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tidy", required=True)
    parser.add_argument("--clang", required=True)
    parser.add_argument("--compiler", type=lambda r: [f"--compiler={r}"], default=[])
    parser.add_argument("--include", required=True)
    parser.add_argument("files", nargs="+", type=Path)
    args = parser.parse_args()
    todo = [part for file in args.files for part in parts.read_parts(file)]
    with tempfile.TemporaryDirectory() as directory, ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda p: compare(args, p, Path(directory)), todo))
    differences = [d for found, _ in results for d in found]
    for line in differences:
        print(line)
    print(f"{len(todo)} programs, {sum(n for _, n in results)} types, "
          f"{len(differences)} differences")
    return 1 if differences or not any(n for _, n in results) else 0


if __name__ == "__main__":
    sys.exit(main())
