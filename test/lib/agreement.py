# agreement.py - whether findings and the kernel's verdict on a generated object agree.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
from collections import Counter

_ERRNO = re.compile(r"\((E[A-Z0-9]+)\)")
# What is a field's own matter, rather than its map's or its object's.
_OF_FIELD = {"tag-lost", "field-ignored"}


class Agreement:
    """Findings and verdict of one case; mistakes holds the lines that tell of disagreement."""

    def __init__(self, case, judged, findings):
        self.judged = judged
        self.findings = findings
        self.maps = {m["name"]: m for m in judged["maps"]}
        self.got = {(m["name"], f["path"]): f for m in judged["maps"] for f in m["fields"]}
        self.meant = [m for m in case.meant if m.map in self.maps]
        self.known_misses = {n.line for n in case.nodes if n.known_miss}
        # What no map holds, the kernel has nothing to say about.
        self.unseen_lines = {n.line for n in case.nodes if n.meant} - \
            {line for m in self.meant for line in m.lines}
        self.key_lines = {line for m in case.in_key for line in m.lines}
        self.mistakes = []
        self.tally = Counter()
        self.lost = [m for m in self.meant if self._is_lost(m)]
        self.unknown = [m for m in self.meant if self._is_unprobed(m)]
        for finding in findings:
            self._confirm(finding)
        self._explain()
        if not findings and not self.mistakes:
            self.tally["clean"] += 1

    # What the kernel shows

    def _is_lost(self, meant):
        """Whether the field is not what it is meant to be."""
        if self.judged["load"] != "ok":
            return False  # nothing is known of it
        field = self.got.get((meant.map, meant.path))
        if self.maps[meant.map]["stripped"]:
            return True
        if field is None:
            return not self.maps[meant.map]["truncated"]
        if "special" in field:
            return field.get("seen") is False
        got = field["class"]
        if got == "unprobed":
            return self.maps[meant.map]["record"] == "none"
        return got != meant.what

    def _is_unprobed(self, meant):
        """Whether no probe program can reach the field."""
        field = self.got.get((meant.map, meant.path), {})
        return field.get("class") == "unprobed" or ("special" in field and "seen" not in field)

    def _refused(self):
        return {m["create"] for m in self.judged["maps"]} - {"ok", "untried"}

    def _mapping_fails(self):
        return any(m.get("mmap", "ok") != "ok" for m in self.judged["maps"]) or \
            "mmap()" in self.judged["libbpf"]

    def _without_record(self, names):
        return any(self.maps[n]["record"] == "none" for n in names if n in self.maps)

    # Every finding shows

    def _confirm(self, finding):
        effect, check = finding["effect"], finding["check"]
        at = [m for m in self.meant if finding["location"]["line"] in m.lines]
        if self._shows(finding, effect, at):
            self.tally[f"agree   {check} ({effect})"] += 1
            return
        self.tally[f"FALSE   {check} ({effect})"] += 1
        self.mistakes.append(f"false alarm, line {finding['location']['line']}: "
                             f"{finding['message']} [{check}, {effect}]")

    def _shows(self, finding, effect, at):
        errno = _ERRNO.search(finding["message"])
        if effect == "btf-lost":
            return self.judged["btf"] != "ok" and \
                (not errno or errno[1] == self.judged["btf"] or self._several("btf-lost"))
        if effect == "map-refused":
            if self.judged["btf"] != "ok":
                return True
            return bool(self._refused()) and \
                (not errno or errno[1] in self._refused() or self._several("map-refused"))
        if self.judged["load"] != "ok":  # nothing is known, if something explains that
            return len(self.findings) > 1 or self._mapping_fails()
        if effect == "fields-lost":
            if at:
                return any(m in self.lost + self.unknown for m in at)
            return self._without_record([m.map for m in self.meant] or self.maps)
        if effect in _OF_FIELD:
            return any(m in self.lost + self.unknown for m in at) or \
                finding["location"]["line"] in self.key_lines | self.unseen_lines
        if finding["check"] in ("bpf-map-mmapable", "bpf-map-exported-section"):
            return self._mapping_fails() or self.judged["btf"] != "ok"
        return True

    def _several(self, effect):
        """Then the kernel tells of the first alone."""
        return sum(f["effect"] == effect for f in self.findings) > 1

    # Everything that shows was found

    def _has(self, *effects):
        return any(f["effect"] in effects for f in self.findings)

    def _miss(self, text):
        self.tally["MISS    " + text.split(":")[0]] += 1
        self.mistakes.append("miss: " + text)

    def _explain(self):
        judged = self.judged
        if judged["btf"] != "ok" and not self._has("btf-lost"):
            self._miss(f"BTF is refused: {judged['btf']}")
        if judged["btf"] != "ok":
            return  # all else follows from that
        if judged["load"] != "ok" and not self._has("map-refused", "accepted-but-wrong"):
            self._miss(f"the object does not load: {judged['load']} {judged['libbpf'][-300:]}")
        for entry in judged["maps"]:
            if entry["create"] not in ("ok", "untried") and \
                    not self._has("map-refused") and \
                    not self._by_size(entry["name"]):
                self._miss(f"a map is refused: {entry['name']} {entry['create']}")
            if entry.get("mmap", "ok") != "ok" and not self._has("accepted-but-wrong"):
                self._miss(f"mmap fails: {entry['name']}")
        for program in judged["programs"]:
            if program["verdict"] != "success" and not self.findings:
                self._miss(f"a program is refused: {program['log'][-300:]}")
        for meant in self.lost:
            if self._explained(meant):
                continue
            if meant.lines & self.known_misses:
                self.tally["known miss"] += 1
            else:
                field = self.got.get((meant.map, meant.path), {})
                self._miss(f"a field is lost: {meant.map}.{meant.path}, meant {meant.what}, is "
                           f"{field.get('class', 'unseen' if field else 'not there')}")

    def _by_size(self, name):
        """Whether the map loses its BTF for a value by size, without harm or as was found."""
        fields = [m for m in self.meant if m.map == name]
        return all(self._explained(m) or m.lines & self.known_misses for m in fields)

    def _explained(self, meant):
        if self.maps[meant.map]["create"] != "ok" and self._has("map-refused"):
            return True
        own = any(f["effect"] in _OF_FIELD | {"fields-lost", "accepted-but-wrong"}
                  and f["location"]["line"] in meant.lines for f in self.findings)
        return own or (self.maps[meant.map]["record"] == "none" and self._has("fields-lost"))
