# selftest.py - tests the test formats: selftest.py CLANG INCLUDE
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import sys
import tempfile
import types
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "lib"))
# The formats need lit's names only, not lit.
sys.modules["lit"] = types.ModuleType("lit")
for name in ("formats", "Test"):
    sys.modules[f"lit.{name}"] = types.ModuleType(f"lit.{name}")
    setattr(sys.modules["lit"], name, sys.modules[f"lit.{name}"])
sys.modules["lit.formats"].TestFormat = object

import bpfformat  # noqa: E402
import declared  # noqa: E402
import expect  # noqa: E402
import parts  # noqa: E402
import summary  # noqa: E402
import verdict  # noqa: E402
from tool import Failure, Finding  # noqa: E402

CLANG, INCLUDE = sys.argv[1:3]
SITE = {"clang": CLANG, "bpf_tidy": str(HERE / "fake-tidy.py"), "judge": "", "include": INCLUDE}


class Case(unittest.TestCase):
    """Writes parts to a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def part(self, text, header="one"):
        file = self.folder / "rule.bpf.c"
        file.write_text(f"// A comment.\n//--- {header}\n{text}\n")
        return parts.read_parts(file)[0]

    def fails(self, words, action, *arguments, **named):
        with self.assertRaises((Failure, parts.TestFileError)) as caught:
            action(*arguments, **named)
        self.assertIn(words, str(caught.exception))


class Files(Case):
    def test_wrong_files(self):
        self.fails("unknown option", self.part, "", "one kernle=6.1")
        self.fails("needs a name", self.part, "", "")
        self.fails("two parts", self.part, "//--- one")

    def test_lines_are_kept(self):
        self.assertEqual(self.part("int x;").text, "\n\nint x;\n")


class Findings(Case):
    def check(self, text, fix=None, effect="tag-lost", note_fix=None):
        os.environ["FAKE_EFFECT"] = effect
        for name, value in (("FAKE_FIX", fix), ("FAKE_NOTE_FIX", note_fix)):
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        part = self.part(text)
        bpfformat.ChecksFormat(self.folder, SITE).check(
            part, expect.read_expectations(part), self.folder / "out")

    both = "// expected-warning {{this is bad [bpf-fake]}} expected-note {{do this}}"

    def test_exact(self):
        self.check(f"int BAD; {self.both}")
        self.check("int BAD; // expected-warning-re {{th{{.s}} is}} expected-note {{do}}")
        self.check("// expected-warning@+1 {{bad}} expected-note@4 {{do}}\nint BAD;")
        self.check("int good; // expected-no-diagnostics")

    def test_not_exact(self):
        self.fails("unexpected note", self.check, "int BAD; // expected-warning {{bad}}")
        self.fails("unexpected warning", self.check, "int BAD; // expected-no-diagnostics")
        self.fails("missing warning", self.check, f"int good; {self.both}")
        self.fails("missing warning", self.check, f"int BAD; {self.both} expected-warning {{{{b}}}}")
        self.fails("missing note", self.check, f"int BAD; {self.both}\n// expected-note {{{{do}}}}")
        self.fails("unexpected warning", self.check, f"int BAD; {self.both.replace('this', 'no')}")

    def test_misspelt(self):
        self.fails("cannot read", self.check, "int x; // expected-waring {{bad}}")
        self.fails("must have either", self.check, "int x;")
        self.fails("without", self.check, "int x; // expected-warning {{bad")

    def test_program(self):
        self.fails("does not compile", self.check, "int x = y; // expected-no-diagnostics")
        self.fails("unknown effect", self.check, f"int BAD; {self.both}", None, "lost")

    def test_fixes(self):
        text = f"int BAD; {self.both}"
        self.check(text, "good")
        self.fails("changed nothing", self.check, text, "BAD")
        self.fails("does not compile", self.check, text, "1")
        self.fails("left or new", self.check, text, "x, BAD")

    def test_fixes_of_notes(self):
        text = f"int BAD; {self.both}"
        self.check(text, note_fix="good")
        self.fails("does not compile", self.check, text, note_fix="1")
        self.fails("does not remove", self.check, text, note_fix="x, BAD")


def judged(**changes):
    """A verdict on an object whose map m has a kptr p and a lock."""
    fields = [{"path": "p", "offset": 0, "tags": ["kptr"],
               "class": changes.pop("kind", "referenced")},
              {"path": "n", "offset": 8, "tags": [], "class": "plain"},
              {"path": "lock", "offset": 16, "special": "bpf_spin_lock"}]
    entry = {"name": "m", "create": "ok", "stripped": False, "record": "valid", "fields": fields}
    program = {"name": "f", "tags": ["bpf_test:failure", "bpf_test:msg=no kptr"],
               "verdict": "EACCES", "log": "; quoted = 1;\nR1 has no kptr\n"}
    program.update(changes.pop("program", {}))
    entry.update(changes.pop("map", {}))
    return {"kernel": "6.18.0", "btf": "ok", "load": "ok", "libbpf": "", "missing_kfuncs": [],
            "maps": [entry], "programs": [program], **changes}


class Kernel(Case):
    def mistakes(self, declarations="", **changes):
        says = declared.read_declared(self.part(declarations), "6.18.0")
        return " | ".join(verdict.Verdict(judged(**changes), says).compare())

    def test_declared(self):
        lost = {"stripped": True, "record": "none"}
        self.assertEqual(self.mistakes(), "")
        self.assertEqual(self.mistakes("// kernel: btf EINVAL", btf="EINVAL", kind="plain",
                                       map=lost), "")
        self.assertEqual(self.mistakes("// kernel[6.4-]: field m.p plain", kind="plain"), "")

    def test_undeclared(self):
        self.assertIn("btf: declared ok", self.mistakes(btf="EINVAL"))
        self.assertIn("load: declared ok", self.mistakes(load="EINVAL"))
        self.assertIn("field m.p", self.mistakes(kind="plain"))
        self.assertIn("field m.p", self.mistakes("// kernel[6.19-]: field m.p plain", kind="plain"))
        self.assertIn("map m: declared ok", self.mistakes(map={"create": "EACCES"}))
        self.assertIn("stripped", self.mistakes(map={"stripped": True}))
        self.assertIn("record: declared valid", self.mistakes(map={"record": "none"}))
        self.assertIn("mmap: declared ok", self.mistakes(map={"mmap": "ENOTSUPP"}))
        self.assertIn("program f", self.mistakes(program={"verdict": "success"}))
        self.assertIn("program f", self.mistakes(program={"verdict": "killed"}))
        self.assertIn("program f", self.mistakes(program={"tags": []}))

    def test_wrongly_declared(self):
        for line, words in (("btf EINVAL", "btf"), ("load EINVAL", "load"),
                            ("map m EINVAL", "map m"), ("map m record none", "record"),
                            ("map x stripped", "object has none"),
                            ("field m.p untrusted", "field m.p"),
                            ("field m.q plain", "object has none"),
                            ("program f EINVAL", "program f")):
            self.assertIn(words, self.mistakes(f"// kernel: {line}"), line)
        for line in ("// kernel: fields m.p plain", "// kernel: map m", "// Kernel: clean"):
            self.fails("cannot read", self.mistakes, line)

    def test_log(self):
        tags = ["bpf_test:failure", "bpf_test:msg=quoted"]
        self.assertIn("lacks 'quoted'", self.mistakes(program={"tags": tags}))

    def agree(self, text, effects, declarations="", **changes):
        part = self.part(f"{text}\n{declarations}")
        result = verdict.Verdict(judged(**changes), declared.read_declared(part, "6.18.0"))
        findings = [Finding("bpf-fake", e, "bad", "", 3, [], []) for e in effects]
        bpfformat.KernelFormat._agree(result, expect.read_expectations(part), findings)

    good = {"program": {"verdict": "success"}}

    def test_findings_agree(self):
        warning, none = "// expected-warning {{bad}}", "// expected-no-diagnostics"
        self.agree(none, [], **self.good)
        self.agree(warning, ["program-refused"])
        self.agree(warning, ["accepted-but-wrong"], **self.good)
        self.agree(warning, ["btf-lost"], "// kernel: clean", **self.good)
        self.agree("// advisory-warning {{bad}}", ["btf-lost"], **self.good)
        self.agree("// known-miss {{why}}", [])
        self.agree(warning, ["tag-lost"], "// kernel: field m.n plain", **self.good)

    def test_findings_disagree(self):
        warning, none = "// expected-warning {{bad}}", "// expected-no-diagnostics"
        self.fails("no finding", self.agree, none, [])
        self.fails("'clean'", self.agree, warning, ["program-refused"], "// kernel: clean")
        # The program of judged() is refused, which proves a lost tag as well.
        self.fails("claims", self.agree, warning, ["tag-lost"], "", **self.good)
        for effect in ("field-ignored", "fields-lost", "btf-lost", "map-refused"):
            self.fails("claims", self.agree, warning, [effect])
        with self.assertRaises(Failure):
            self.agree("// known-miss {{why}}", [], **self.good)


class Summary(unittest.TestCase):
    def test_counts(self):
        codes = ["PASS", "XFAIL", "FAIL", "XPASS", "TIMEOUT", "UNRESOLVED", "UNSUPPORTED"]
        lines, well = summary.summarize([{"code": c, "output": "no bpf"} for c in codes])
        self.assertEqual(lines[-1], "2 passed, 4 failed, 1 skipped")
        self.assertIn("skipped 1: no bpf", lines)
        self.assertFalse(well)
        self.assertFalse(summary.summarize([])[1])
        self.assertTrue(summary.summarize([{"code": "PASS", "output": ""}])[1])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
