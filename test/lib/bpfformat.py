# bpfformat.py - lit test formats: one test for each part of a rule's test file.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import shutil
from pathlib import Path

import lit.formats
import lit.Test

import declared
import expect
import parts
import tool
import verdict
from tool import Failure

UNREADABLE = "unreadable"


class Unsupported(Exception):
    """The part cannot be tried here, for the reason given."""


class PartFormat(lit.formats.TestFormat):
    """Finds the parts of all test files in SOURCE; a subclass says what is done with one."""

    def __init__(self, source, site):
        self.source = Path(source)
        self.site = tool.Site(**site)

    # Called by lit

    def getTestsInDirectory(self, testSuite, path_in_suite, litConfig, localConfig):
        for file in sorted(self.source.glob("*" + parts.SUFFIX)):
            yield from self._tests(testSuite, path_in_suite + (file.name,), localConfig)

    def getTestsForPath(self, testSuite, path_in_suite, litConfig, localConfig):
        yield from self._tests(testSuite, path_in_suite, localConfig)

    def _tests(self, suite, path, config):
        try:
            names = [part.name for part in parts.read_parts(self.source / path[-1])]
        except parts.TestFileError:
            names = [UNREADABLE]  # execute() says why
        for name in names:
            yield lit.Test.Test(suite, path + (name,), config)

    def execute(self, test, litConfig):
        file, name = test.path_in_suite[-2:]
        rule = file.removesuffix(parts.SUFFIX)
        directory = Path(test.getExecPath()).parent.parent / f"{rule}.tmp" / name
        shutil.rmtree(directory, ignore_errors=True)
        try:
            part = next((p for p in parts.read_parts(self.source / file) if p.name == name), None)
            if part is None:
                raise parts.TestFileError(f"{file} has no part '{name}'")
            expectations = expect.read_expectations(part)
            declared.read_declared(part, "99.0")
            if litConfig.noExecute:
                return lit.Test.Result(lit.Test.PASS)
            self.check(part, expectations, directory)
        except (Failure, parts.TestFileError) as failure:
            return lit.Test.Result(lit.Test.FAIL, f"{file}, part {name}: {failure}\n")
        except Unsupported as reason:
            return lit.Test.Result(lit.Test.UNSUPPORTED, str(reason))
        return self.passed(expectations)

    # For subclasses

    def passed(self, expectations):
        return lit.Test.Result(lit.Test.PASS)

    def check(self, part, expectations, directory):
        """Raises Failure or Unsupported."""
        raise NotImplementedError


class ChecksFormat(PartFormat):
    """What the tool finds and fixes; needs no kernel."""

    def check(self, part, expectations, directory):
        source = part.write(directory)
        tool.compile_part(self.site, part, source)
        findings = tool.findings_of(self.site, part, source)
        mistakes = expect.compare(expectations, findings, source)
        if mistakes:
            raise Failure("\n".join(["the findings are not the expected ones:", *mistakes]))
        unknown = {f.effect for f in findings} - set(verdict.EFFECTS)
        if unknown:
            raise Failure(f"unknown effect of a finding: {', '.join(sorted(unknown))}")
        tool.check_fixes(self.site, part, findings, directory)

    def passed(self, expectations):
        result = lit.Test.Result(lit.Test.PASS)
        for name, entries in (("known_misses", expectations.known_misses),
                              ("advisories", expectations.advisories)):
            if entries:
                result.addMetric(name, lit.Test.toMetricValue(len(entries)))
        return result


class KernelFormat(PartFormat):
    """What the running kernel says, and whether the findings agree with it."""

    def check(self, part, expectations, directory):
        if not tool.compiler_of(self.site, part):
            raise Unsupported(f"clang-{part.compiler} is not installed")
        source = part.write(directory)
        judged = self._judge(tool.compile_part(self.site, part, source))
        kernel = judged["kernel"]
        says = declared.read_declared(part, kernel)
        if says.skip:
            raise Unsupported(says.skip)
        targets = part.options.get("kernel", "")
        if not declared.in_range(kernel, targets):
            raise Unsupported(f"is about Linux {targets}, this is {kernel}")
        result = verdict.Verdict(judged, says)
        mistakes = result.compare()
        if mistakes and judged["missing_kfuncs"] and all(m.startswith("program") for m in mistakes):
            raise Unsupported("this kernel lacks " + ", ".join(judged["missing_kfuncs"]))
        if mistakes:
            raise Failure("\n".join(["the kernel's verdict is not the declared one:", *mistakes]))
        findings = tool.findings_of(self.site, part, source)
        mistakes = expect.compare(expectations, findings, source)
        if mistakes:
            raise Failure("\n".join(["the findings are not the expected ones:", *mistakes]))
        self._agree(result, expectations, findings)
        if expectations.warnings and not expectations.advisories and \
                findings and all(f.fixes for f in findings):
            self._prove_fix(part, result, findings, directory)
        self._prove_notes(part, result, expectations, findings, directory)

    def _judge(self, path):
        if not self.site.judge:
            raise Unsupported("bpf-judge was not built (it needs libbpf)")
        done = tool.run([self.site.judge, "--json", path])
        try:
            judged = json.loads(done.stdout)
        except ValueError:
            raise Failure(f"bpf-judge gave no JSON, exit status {done.returncode}\n"
                          f"{done.stdout[:2000]}{done.stderr}") from None
        if "skipped" in judged:
            raise Unsupported(judged["skipped"])
        return judged

    @staticmethod
    def _agree(result, expectations, findings):
        """Findings must have deviations to show for them, and the other way round."""
        deviations = result.deviations()
        listed = "\n".join(d.text for d in deviations)
        if expectations.known_misses and not deviations:
            raise Failure("a known miss is declared, but the kernel does what is meant")
        findings = [f for f in findings if not _is_advisory(f, expectations)
                    and _holds_here(f, result.judged["kernel"])]
        if deviations and not expectations.known_misses and \
                (not findings or result.declared.clean):
            raise Failure("no finding is about this kernel, or 'clean' is declared, but it does "
                          "not do what is meant:\n" + listed)
        if result.declared.clean:
            return
        kinds = {d.kind for d in deviations}
        for finding in findings:
            effect = _effect_here(finding, result.judged["kernel"])
            proof = verdict.EFFECTS.get(effect)
            if proof is None:
                raise Failure(f"unknown effect '{effect}' [{finding.check}]")
            if proof and not proof & kinds:
                raise Failure(f"[{finding.check}] claims the effect '{effect}', but the "
                              f"kernel shows no such thing; it shows: {listed or 'nothing'}\n"
                              "(a tag that never reaches BTF is shown by a declaration, "
                              "'// kernel: field map.member plain')")

    def _prove_fix(self, part, before, findings, directory):
        copy = tool.apply_fixes(self.site, part, findings, directory / "fixed")
        self._confirm(part, before, copy)

    def _prove_notes(self, part, before, expectations, findings, directory):
        """The same for each fix of a note; one more program loads where others are left."""
        if expectations.advisories or expectations.known_misses:
            return
        for finding, _, copy in tool.note_fixes(part, findings, directory):
            if not tool.findings_of(self.site, part, copy):
                self._confirm(part, before, copy)
            elif finding.effect == "program-refused":
                self._confirm_one(part, before, copy)

    def _confirm_one(self, part, before, copy):
        judged = self._judge(tool.compile_part(self.site, part, copy))
        old, new = _refused(before.judged), _refused(judged)
        if not new < old:
            raise Failure(f"the kernel does not confirm the fix: it refused {sorted(old)}, "
                          f"and now {sorted(new)}\n" + copy.read_text().strip())

    def _confirm(self, part, before, copy):
        judged = self._judge(tool.compile_part(self.site, part, copy))
        after = verdict.Verdict(judged, declared.Declared())
        wrong = [d.text for d in after.deviations()]
        wrong += [f"field {name} is still plain" for name in before.still_lost(after)]
        if wrong:
            raise Failure("the kernel does not confirm the fix:\n" + "\n".join(wrong) + "\n"
                          + copy.read_text().strip())


def _refused(judged):
    return {p["name"] for p in judged["programs"] if p["verdict"] != "success"}


def _is_advisory(finding, expectations):
    message = f"{finding.message} [{finding.check}]"
    return any(e.matches("warning", finding.file, finding.line, message, finding.file)
               for e in expectations.advisories)


def _effect_here(finding, kernel):
    return next((effect for effect, ranges in finding.effects.items()
                 if any(declared.in_range(kernel, one) for one in ranges.split(","))),
                finding.effect)


def _holds_here(finding, kernel):
    return any(declared.in_range(kernel, one) for one in finding.kernels.split(","))
