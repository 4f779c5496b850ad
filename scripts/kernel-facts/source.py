# source.py - what kernel sources say about kfuncs.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads kfunc sets, their registration and destructors out of a source tree."""

import re

# Comments, strings' quotes are no matter here; directives with their continued lines.
_NOISE = re.compile(r"/\*.*?\*/|//[^\n]*|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.S | re.M)
_SET = re.compile(r"\bBTF_(?:SET8|KFUNCS)_START\(\s*(\w+)\s*\)(.*?)\bBTF_(?:SET8|KFUNCS)_END\(", re.S)
_MEMBER = re.compile(r"\bBTF_ID_FLAGS\(\s*func\s*,\s*(\w+)\s*(?:,([^)]*))?\)")
_VARIABLE = re.compile(r"\bstruct\s+btf_kfunc_id_set\s+(\w+)\s*=\s*\{(.*?)\}", re.S)
_REGISTER = re.compile(r"\bregister_btf_kfunc_id_set\(\s*BPF_PROG_TYPE_(\w+)\s*,\s*&(\w+)\s*\)")
_FMODRET = re.compile(r"\bregister_btf_fmodret_id_set\(\s*&(\w+)\s*\)")
_LIST = re.compile(r"\bBTF_ID_LIST(?:_GLOBAL)?\(\s*(\w+)[^)]*\)((?:\s*BTF_ID(?:_UNUSED)?(?:\([^)]*\))?)*)")
_SINGLE = re.compile(r"\bBTF_ID_LIST(?:_GLOBAL)?_SINGLE\(\s*(\w+)\s*,\s*(?:struct|func)\s*,\s*(\w+)\s*\)")
_DTOR = re.compile(r"\.btf_id\s*=\s*(\w+)\[(\d+)\]\s*,\s*\.kfunc_btf_id\s*=\s*(\w+)\[(\d+)\]")
_RCU = re.compile(r"\bBTF_SET_START\(\s*rcu_protected_types\s*\)(.*?)\bBTF_SET_END\(", re.S)
_ACQUIRING = re.compile(r"bool is_acquire_function\((.*?)\n\}", re.S)
_PROTO = re.compile(r"struct\s+bpf_func_proto\s+(bpf_\w+)_proto\s*=\s*\{(.*?)\n\};", re.S)
_PROTOTYPE = re.compile(r"\b__bpf_kfunc\s+([\w\s*]*?)(\w+)\s*\(([^()]*)\)\s*\{")
_POINTER = re.compile(r"\bstruct\s+(\w+)\s*(?:const\s*)?\*(?!\s*\*)")
_CASES = re.compile(r"((?:case\s+BPF_PROG_TYPE_\w+\s*:\s*)+)return\s+BTF_KFUNC_HOOK_(\w+)\s*;")


class Source:
    """Facts of one source tree."""

    def __init__(self, tree):
        self.flags = {}        # kfunc -> set of KF_ names without the KF_
        self.set_of = {}       # (kfunc, hook) -> name of the set that is registered there
        self.hooks = {}        # kfunc -> set of the hooks that it is registered for
        self.fmodret = set()   # functions in sets that are no kfuncs to call
        self.tests = set()     # kfuncs of the selftests' modules
        self.dtors = set()     # (struct, release kfunc)
        self.rcu = set()       # structs
        self.bits = {}         # KF_ name without the KF_ -> bit number
        self.prototypes = {}   # kfunc -> (result's struct, [(index, name, struct), ...])
        self.hook_of = {}      # program type -> hook
        self.helpers = set()   # (helper, its flags as an expression)
        head = (tree / "include/linux/btf.h").read_text()
        for name, bit in re.findall(r"^#define KF_(\w+)\s+\(1 << (\d+)\)", head, re.M):
            self.bits[name] = int(bit)
        self._read_hooks(_NOISE.sub("", (tree / "kernel/bpf/btf.c").read_text()))
        acquiring, protos = set(), {}
        for path in sorted(tree.rglob("*.c")):
            if "prog_tests" in path.parts:
                continue
            text = _NOISE.sub("", path.read_text(errors="replace"))
            self._read_sets(text, test="selftests" in path.parts)
            self._read_dtors(text)
            for result, kfunc, arguments in _PROTOTYPE.findall(text):
                found = [(re.findall(r"\w+", a)[-1], _POINTER.search(a)) for a in arguments.split(",") if a.strip()]
                pointers = [(i, name, p[1] if p else "") for i, (name, p) in enumerate(found)]
                struct = _POINTER.search(result)
                self.prototypes[kfunc] = (struct[1] if struct else "", pointers)
            for body in _RCU.findall(text):
                self.rcu |= set(re.findall(r"BTF_ID\(\s*struct\s*,\s*(\w+)", body))
            for body in _ACQUIRING.findall(text):
                acquiring |= {"bpf_" + name for name in re.findall(r"BPF_FUNC_(\w+)", body)}
            protos.update(_PROTO.findall(text))
        # A lookup acquires only in socket maps, whose elements are no kptrs.
        acquiring.discard("bpf_map_lookup_elem")
        self._read_helpers(acquiring, protos)

    def _read_helpers(self, acquiring, protos):
        for name, body in protos.items():
            flags = ["Acquire"] * (name in acquiring) + ["Release"] * ("OBJ_RELEASE" in body)
            if flags:
                if re.search(r"ret_type\s*=[^,]*_OR_NULL|ret_type\s*=[^,]*PTR_MAYBE_NULL", body):
                    flags.append("RetNull")
                self.helpers.add((name, " | ".join(flags)))

    def _read_hooks(self, text):
        for cases, hook in _CASES.findall(text):
            for kind in re.findall(r"BPF_PROG_TYPE_(\w+)", cases):
                self.hook_of[kind] = hook

    def _read_sets(self, text, test):
        sets = {}
        for name, body in _SET.findall(text):
            sets[name] = {kfunc: set(re.findall(r"KF_(\w+)", flags)) for kfunc, flags in _MEMBER.findall(body)}
        variables = {}
        for variable, body in _VARIABLE.findall(text):
            found = re.search(r"\.set\s*=\s*&(\w+)", body)
            variables[variable] = found[1] if found else ""
        calls = {}
        for kind, variable in _REGISTER.findall(text):
            for kfunc in sets.get(variables.get(variable), {}):
                calls.setdefault(kfunc, set()).add(self.hook_of[kind])
                self.set_of[kfunc, self.hook_of[kind]] = variables[variable]
        for variable in _FMODRET.findall(text):
            self.fmodret |= set(sets.get(variables.get(variable), {})) - set(calls)
        for members in sets.values():
            for kfunc, flags in members.items():
                if kfunc in calls:
                    # In several sets with other flags: what all of them say.
                    self.flags[kfunc] = self.flags.get(kfunc, flags) & flags
        for kfunc, hooks in calls.items():
            self.hooks.setdefault(kfunc, set()).update(hooks)
            if test:
                self.tests.add(kfunc)

    def _read_dtors(self, text):
        lists = {name: re.findall(r"BTF_ID\(\s*\w+\s*,\s*(\w+)\s*\)", body) for name, body in _LIST.findall(text)}
        lists.update((name, [member]) for name, member in _SINGLE.findall(text))
        for types, i, kfuncs, j in _DTOR.findall(text):
            # Since 6.7 the registered function is a wrapper of the kfunc.
            kfunc = lists[kfuncs][int(j)].removesuffix("_dtor")
            self.dtors.add((lists[types][int(i)], kfunc))
