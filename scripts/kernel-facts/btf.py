# btf.py - just enough of ELF and BTF to read facts out of a kernel.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Readers for the ELF sections, BTF types and .BTF_ids sets of a kernel."""

import struct

INT, PTR, ARRAY, STRUCT, UNION, ENUM, FWD, TYPEDEF = 1, 2, 3, 4, 5, 6, 7, 8
VOLATILE, CONST, RESTRICT, FUNC, FUNC_PROTO, VAR, DATASEC = 9, 10, 11, 12, 13, 14, 15
FLOAT, DECL_TAG, TYPE_TAG, ENUM64 = 16, 17, 18, 19

# Bytes that follow the 12 byte head of a type: fixed part, part per vlen.
_TAIL = {INT: (4, 0), ARRAY: (12, 0), STRUCT: (0, 12), UNION: (0, 12), ENUM: (0, 8),
         FUNC_PROTO: (0, 8), VAR: (4, 0), DATASEC: (0, 12), DECL_TAG: (4, 0), ENUM64: (0, 12)}


def elf_sections(image):
    """The sections of a 64-bit little endian ELF image, as {name: bytes}."""
    if image[:6] != b"\x7fELF\x02\x01":
        raise ValueError("no 64-bit little endian ELF image")
    (shoff,) = struct.unpack_from("<Q", image, 0x28)
    entsize, count, strndx = struct.unpack_from("<HHH", image, 0x3A)
    heads = [struct.unpack_from("<IIQQQQ", image, shoff + i * entsize) for i in range(count)]
    names = heads[strndx]
    out = {}
    for name, kind, _, _, offset, size in heads:
        start = names[4] + name
        text = image[start:image.index(b"\0", start)].decode()
        # SHT_NOBITS (8) has no bytes in the file.
        out[text] = b"" if kind == 8 else bytes(image[offset:offset + size])
    return out


class Btf:
    """The types of one .BTF blob; `base` is the vmlinux BTF of a module's."""

    def __init__(self, blob, base=None):
        magic, _, _, head, type_off, type_len, str_off, str_len = struct.unpack_from("<HBBIIIII", blob)
        if magic != 0xEB9F:
            raise ValueError("no little endian BTF")
        self.base = base
        self.strings = blob[head + str_off:head + str_off + str_len]
        self.first_id = len(base) if base else 1
        self.first_str = base.strings_end() if base else 0
        self.types = []  # (kind, vlen, kind_flag, name, size or type, offset of the tail)
        self.blob = blob
        at, end = head + type_off, head + type_off + type_len
        while at < end:
            name, info, size = struct.unpack_from("<III", blob, at)
            kind, vlen = info >> 24 & 31, info & 0xFFFF
            fixed, each = _TAIL.get(kind, (0, 0))
            self.types.append((kind, vlen, info >> 31, name, size, at + 12))
            at += 12 + fixed + each * vlen

    def __len__(self):
        """One more than the highest type id."""
        return self.first_id + len(self.types)

    def strings_end(self):
        return self.first_str + len(self.strings)

    def text(self, offset):
        """The string at an offset of the string section (of base, too)."""
        if offset < self.first_str:
            return self.base.text(offset)
        offset -= self.first_str
        return self.strings[offset:self.strings.index(b"\0", offset)].decode("utf-8", "replace")

    def get(self, type_id):
        """The type with this id, or None for void and ids out of range."""
        if 0 < type_id < self.first_id and self.base:
            return self.base.get(type_id)
        index = type_id - self.first_id
        return self.types[index] if 0 <= index < len(self.types) and type_id else None

    def owner(self, type_id):
        """The BTF whose blob holds the tail of this type."""
        return self.base if self.base and type_id < self.first_id else self

    def name(self, type_id):
        found = self.get(type_id)
        return self.text(found[3]) if found else ""

    def own_ids(self, kind):
        """Ids of this blob's own types of one kind (not those of base)."""
        return [self.first_id + i for i, t in enumerate(self.types) if t[0] == kind]

    def names(self, kind):
        """Names of this blob's own types of one kind; anonymous ones left out."""
        return {self.text(t[3]) for t in self.types if t[0] == kind and t[3]}

    def bare(self, type_id):
        """Looks through typedefs, qualifiers and type tags."""
        while (found := self.get(type_id)) and found[0] in (TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG):
            type_id = found[4]
        return type_id

    def pointee(self, type_id):
        """Name of the struct that a type points to, or ''."""
        found = self.get(self.bare(type_id))
        if not found or found[0] != PTR:
            return ""
        target = self.bare(found[4])
        found = self.get(target)
        return self.name(target) if found and found[0] in (STRUCT, FWD) else ""

    def params(self, func_id):
        """(result type id, [(name, type id), ...]) of a FUNC."""
        func = self.get(func_id)
        proto_id = func[4]
        proto, owner = self.get(proto_id), self.owner(proto_id)
        args = [struct.unpack_from("<II", owner.blob, proto[5] + 8 * i) for i in range(proto[1])]
        return proto[4], [(self.text(n), t) for n, t in args]

    def decl_tags(self):
        """{type id: set of the declaration tags on the type itself}."""
        out = {}
        for kind, _, _, name, target, tail in self.types:
            if kind == DECL_TAG and struct.unpack_from("<i", self.blob, tail)[0] == -1:
                out.setdefault(target, set()).add(self.text(name))
        return out


def kfunc_sets(ids, types):
    """The kfunc sets of a .BTF_ids section: [{kfunc name: flag bits}, ...].

    The section has no marks between its lists. A set of kfuncs is a count, a
    word that is 0 or 1, and pairs of a FUNC's id and its flags in ascending order of
    the ids (0: not in this configuration); nothing else in there looks like that.
    """
    words = struct.unpack(f"<{len(ids) // 4}I", ids[:len(ids) // 4 * 4])
    out, at = [], 0
    while at + 4 <= len(words):
        count, mark = words[at], words[at + 1]
        end = at + 2 + 2 * count
        pairs = list(zip(words[at + 2:end:2], words[at + 3:end:2]))
        known = [i for i, _ in pairs if i]
        if (0 < count < 400 and mark < 2 and end <= len(words) and known and known == sorted(known)
                and all(flags < 1 << 20 for _, flags in pairs)
                and all((types.get(i) or (0,))[0] == FUNC for i in known)):
            out.append({types.name(i): flags for i, flags in pairs if i})
            at = end
        else:
            at += 1
    return out


def id_pairs(ids, types):
    """Neighbours (struct name, function name) in a .BTF_ids section."""
    words = struct.unpack(f"<{len(ids) // 4}I", ids[:len(ids) // 4 * 4])
    kinds = [(types.get(w) or (0,))[0] for w in words]
    return {(types.name(words[i]), types.name(words[i + 1])) for i in range(len(words) - 1)
            if kinds[i] == STRUCT and kinds[i + 1] == FUNC}
