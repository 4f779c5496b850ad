# parity.py - every part of every rule's test, through all hosts.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""parity.py --include DIR --tests DIR --work DIR HOST=COMMAND ...

HOST is tool, tidy, plugin or clangd; COMMAND is its program, for tidy and plugin
with a comma and the module or plugin. Each host must tell the same findings:
file, line, column, message and check. clangd begins a message in upper case, and
tells no column.
"""

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import lsp
import parts

_LINE = re.compile(r"^(.+?):(\d+):(\d+): (?:warning|error): (.*) \[(bpf-[a-z0-9-]+)[^\]]*\]$")
_FLAGS = ["-target", "bpf", "-g", "-O2", "-mcpu=v3", "-D__TARGET_ARCH_x86"]


def _run(command, folder):
    return subprocess.run([str(c) for c in command], cwd=folder, capture_output=True,
                          text=True, errors="replace", timeout=120, check=False)


def _printed(output):
    """The findings in what a compiler or clang-tidy has printed."""
    found = Counter()
    for line in output.splitlines():
        if match := _LINE.match(line):
            file, row, column, message, check = match.groups()
            found[Path(file).name, int(row), int(column), message, check] += 1
    return found


def _tool(command, path, flags, options):
    done = _run([command, "--format=json", *[f"--{k}={v}" for k, v in options.items()],
                 path, "--", *flags], path.parent)
    document = json.loads(done.stdout)
    if document.get("errors"):
        raise RuntimeError(f"{path}: {document['errors'][0]['message']}")
    found = Counter()
    for f in document["findings"]:
        place = f["location"]
        found[Path(place["file"]).name, place["line"], place["column"], f["message"],
              f["check"]] += 1
    return found


def _check_options(options):
    return {name: options[key] for key, name in (("kernel", "Kernels"), ("compiler", "Compiler"))
            if key in options}


def _tidy(command, path, flags, options):
    program, module = command.split(",")
    config = {"Checks": "-*,bpf-*," + options.get("checks", ""), "HeaderFilterRegex": ".*"}
    config["CheckOptions"] = _check_options(options)
    done = _run([program, "-load", module, "--config=" + json.dumps(config), path, "--", *flags],
                path.parent)
    return _printed(done.stdout)


def _plugin(command, path, flags, options):
    program, plugin = command.split(",")
    arguments = [f"-fplugin-arg-bpftidy-{name}={options[key]}"
                 for key, name in (("kernel", "kernels"), ("checks", "checks"),
                                   ("compiler", "compiler")) if key in options]
    done = _run([program, *flags, f"-fplugin={plugin}", *arguments, "-fsyntax-only", path],
                path.parent)
    return _printed(done.stderr)


def _clangd(command, path, flags, options):
    config = {"Checks": options.get("checks", "")}
    config["CheckOptions"] = _check_options(options)
    (path.parent / ".clang-tidy").write_text(json.dumps(config))
    (path.parent / "compile_flags.txt").write_text("\n".join(flags) + "\n")
    found = Counter()
    try:
        with lsp.Server([command, "--log=error"], path.parent) as server:
            for d in server.open(path).diagnostics():
                if str(d.get("code", "")).startswith("bpf-"):
                    message = d["message"].split("\n")[0].removesuffix(" (fix available)").removesuffix(" (fixes available)")
                    message = message[:1].lower() + message[1:]
                    start = d["range"]["start"]
                    found[path.name, start["line"] + 1, start["character"] + 1, message,
                          d["code"]] += 1
    finally:
        (path.parent / ".clang-tidy").unlink()
    return found


HOSTS = {"tool": _tool, "tidy": _tidy, "plugin": _plugin, "clangd": _clangd}


def _without_columns(found):
    """LSP has no place for the caret, only for the range around it."""
    lines = Counter()
    for (file, row, _, message, check), count in found.items():
        lines[file, row, 0, message, check] += count
    return lines


def _check(part, arguments):
    folder = arguments.work / part.file.name.removesuffix(parts.SUFFIX) / part.name
    path = part.write(folder)
    flags = [*_FLAGS, "-I", str(arguments.include), *part.cflags]
    options = {k: v for k, v in part.options.items() if k in ("kernel", "checks", "compiler")}
    told = {}
    for host, command in arguments.hosts:
        told[host] = HOSTS[host](command, path, flags, options)
    if "clangd" in told:
        told = {host: _without_columns(found) for host, found in told.items()}
    (first, reference), *others = told.items()
    mistakes = []
    for host, found in others:
        for sign, difference in (("only " + first, reference - found),
                                 ("only " + host, found - reference)):
            for file, row, column, message, check in difference:
                mistakes.append(f"{part.name}: {sign}: {file}:{row}:{column}: {message} [{check}]")
    return sum(reference.values()), mistakes


def _folder(text):
    return Path(text).resolve()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--include", type=_folder, required=True)
    parser.add_argument("--tests", type=_folder, required=True)
    parser.add_argument("--work", type=_folder, required=True)
    parser.add_argument("hosts", nargs="+")
    arguments = parser.parse_args()
    arguments.hosts = [tuple(host.split("=", 1)) for host in arguments.hosts]
    every = [part for file in sorted(arguments.tests.glob("*" + parts.SUFFIX))
             for part in parts.read_parts(file)]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda part: _check(part, arguments), every))
    for _, mistakes in results:
        print(*mistakes, sep="\n", end="\n" if mistakes else "")
    findings = sum(count for count, _ in results)
    print(f"{len(every)} parts, {findings} findings, {len(arguments.hosts)} hosts, "
          f"{sum(len(m) for _, m in results)} differences")
    return not findings or any(m for _, m in results)


sys.exit(main())
