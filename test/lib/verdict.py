# verdict.py - holds the kernel's verdict against what a part declares.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The verdict is the JSON of bpf-judge.

Two questions are asked of it. Is it what the part declares, with the defaults
below for what is not declared? And where does it deviate from what an author
means: every tagged pointer of the class of its tag, every lock and timer in the
map's record, every program accepted?

Defaults: BTF, maps and object load; a map value with special fields has a valid
record; a tagged pointer has the class of its tag and an untagged one is plain;
a program loads unless it says __failure. Where BTF is declared lost, a map
refused, stripped or without record, the fields concerned are plain.
"""

from dataclasses import dataclass

from declared import release

_NEW_TAGS = {"kptr": "referenced", "kptr_untrusted": "untrusted", "percpu_kptr": "percpu",
             "uptr": "uptr"}
# Linux 5.19 to 6.3 called them so.
_OLD_TAGS = {"kptr": "untrusted", "kptr_ref": "referenced"}

# Which deviation proves which effect of a finding.
EFFECTS = {
    # A program, for what is no pointer and cannot be probed as one.
    "tag-lost": {"field", "program"},
    "field-ignored": {"field", "record"},
    "fields-lost": {"field", "record"},
    "btf-lost": {"btf"},
    "map-refused": {"map", "load"},
    "program-refused": {"program"},
    "accepted-but-wrong": set(),
}


@dataclass(frozen=True)
class Deviation:
    """A place where the kernel does not do what the author means."""

    kind: str  # "btf", "load", "map", "record", "field", "program"
    text: str


class Verdict:
    """The kernel's verdict on one object, beside what the part declares."""

    def __init__(self, judged, declared):
        self.judged = judged
        self.declared = declared
        self.mistakes = []
        self.tags = _OLD_TAGS if release(judged["kernel"]) < (6, 4) else _NEW_TAGS

    # What the author means

    def _meant(self, field):
        """Class that the tags of FIELD ask for, "" if they ask for none."""
        return next((self.tags[t] for t in field.get("tags", []) if t in self.tags), "")

    def _has_meaning(self, entry):
        return any("special" in f or self._meant(f) for f in entry["fields"])

    # The verdict against the declaration

    def _expect(self, what, expected, got, detail=""):
        if expected != got:
            self.mistakes.append(f"{what}: declared {expected}, the kernel says {got}"
                                 + (f"\n{detail}" if detail else ""))

    def compare(self):
        """Lines about every difference between declaration and verdict."""
        judged, declared = self.judged, self.declared
        self.mistakes = []
        # An object that libbpf does not even open has its BTF tried by nobody.
        if declared.load == "ok" or judged["btf"] != "untried":
            self._expect("btf", declared.btf, judged["btf"], judged["libbpf"][-600:])
        self._expect("load", declared.load, judged["load"], judged["libbpf"][-600:])
        self._compare_names()
        for entry in judged["maps"]:
            self._compare_map(entry)
        if judged["load"] == "ok":
            for program in judged["programs"]:
                self._compare_program(program)
        return self.mistakes

    def _compare_names(self):
        maps = {m["name"] for m in self.judged["maps"]}
        fields = {name for m in self.judged["maps"] for f in m["fields"]
                  for name in self._names(m, f)}
        programs = {p["name"] for p in self.judged["programs"]}
        for what, declared, known in (("map", self.declared.maps, maps),
                                      ("field", self.declared.fields, fields),
                                      ("program", self.declared.programs, programs)):
            self.mistakes += [f"{what} {name}: declared, but the object has none"
                              for name in declared if name not in known]

    @staticmethod
    def _names(entry, field):
        """A variable may be named without its section."""
        names = [f"{entry['name']}.{field['path']}"]
        return names + [field["path"]] if entry["name"].startswith(".") else names

    def _declared_class(self, entry, field):
        return next((self.declared.fields[n] for n in self._names(entry, field)
                     if n in self.declared.fields), "")

    def _compare_map(self, entry):
        wanted, name = self.declared.map(entry["name"]), entry["name"]
        if entry["create"] != "untried" or wanted.create != "ok":
            self._expect(f"map {name}", wanted.create, entry["create"],
                         self.judged["libbpf"][-600:])
        if self.judged["load"] != "ok":
            return
        lost = self.declared.btf != "ok" or wanted.create != "ok" or wanted.stripped
        if self._has_meaning(entry) or wanted.stripped:
            self._expect(f"map {name} stripped of its BTF", lost, entry["stripped"])
        self._expect(f"map {name} mmap", wanted.mmap, entry.get("mmap", "ok"))
        fields = [(f, self._expected_class(entry, f, lost or wanted.record == "none"))
                  for f in entry["fields"] if "class" in f]
        for field, expected in fields:
            declared = self._declared_class(entry, field)
            if field["class"] != "unprobed" or declared:
                self._expect(f"field {name}.{field['path']}", expected, field["class"],
                             field.get("note", ""))
        record = "none"
        if not lost and (any("special" in f for f in entry["fields"])
                         or any(e != "plain" for _, e in fields)):
            record = "valid"
        self._expect(f"map {name} record", wanted.record or record, entry["record"])

    def _expected_class(self, entry, field, lost):
        return (self._declared_class(entry, field)
                or ("plain" if lost else self._meant(field)) or "plain")

    def _compare_program(self, program):
        name, tags = program["name"], program["tags"]
        expected = self.declared.programs.get(
            name, "failure" if "bpf_test:failure" in tags else "success")
        got = program["verdict"]
        if expected == "failure" and got.startswith("E"):
            got = "failure"
        self._expect(f"program {name}", expected, got, program["log"][-2000:])
        # The log quotes the source, and so the very text that is looked for.
        said = "\n".join(line for line in program["log"].splitlines()
                         if not line.startswith(";"))
        for tag in tags:
            key, _, text = tag.partition("bpf_test:msg=")
            if not key and text and text not in said:
                self.mistakes.append(f"program {name}: the log lacks '{text}'\n"
                                     + program["log"][-2000:])

    # The verdict against the author's meaning

    def deviations(self):
        """Every Deviation of this verdict."""
        found, judged = [], self.judged
        if judged["btf"] not in ("ok", "untried"):
            found.append(Deviation("btf", f"BTF is refused: {judged['btf']}"))
        if judged["load"] != "ok":
            found.append(Deviation("load", f"the object is refused: {judged['load']}"))
        for entry in judged["maps"]:
            found += self._map_deviations(entry)
        for program in judged["programs"]:
            if program["verdict"] != "success":
                found.append(Deviation("program", f"program {program['name']} is refused: "
                                       f"{program['verdict']}\n{program['log'][-1500:]}"))
        return found

    def _map_deviations(self, entry):
        name, found = entry["name"], []
        if entry["create"] not in ("ok", "untried"):
            found.append(Deviation("map", f"map {name} is refused: {entry['create']}"))
        if entry.get("mmap", "ok") != "ok":
            found.append(Deviation("map", f"map {name}: mmap fails: {entry['mmap']}"))
        if self.judged["load"] != "ok":
            return found
        meaning = self._has_meaning(entry)
        if entry["stripped"] and (meaning or self.declared.map(name).stripped):
            found.append(Deviation("map", f"map {name} has no BTF"))
        if entry["record"] == "none" and (meaning or self.declared.map(name).record == "none"):
            found.append(Deviation("record", f"map {name} has no special field"))
        for field in entry["fields"]:
            if field.get("seen") is False:
                found.append(Deviation("field", f"{field['special']} {name}.{field['path']} is "
                                       "plain memory"))
            got = field.get("class", "unprobed")
            # plain by declaration: the author's tag never reached BTF
            lost = self._declared_class(entry, field) == "plain" == got
            if got != "unprobed" and (lost or self._meant(field) not in ("", got)):
                found.append(Deviation("field", f"field {name}.{field['path']} is {got}"))
        return found

    def still_lost(self, fixed):
        """Fields declared plain that FIXED, the verdict on the fixed object, has plain too."""
        classes = {n: f["class"] for m in fixed.judged["maps"] for f in m["fields"]
                   if "class" in f for n in self._names(m, f)}
        return [name for name, declared in self.declared.fields.items()
                if declared == "plain" and classes.get(name) == "plain"]
