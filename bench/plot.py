#!/usr/bin/env python3
# plot.py - makes of what bench/run measured what the documents say
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""usage: bench/plot.py DATA [--docs DIR]

Draws DIR/docs/performance.svg, both axes logarithmic, and fills the blocks of
numbers in DIR/docs/performance.md and DIR/README.md, between the comments that
begin and end them. DIR is the project's folder.
"""

import argparse
import json
import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True

from measure import Table  # noqa: E402

_COLORS = ["#1b6ac9", "#d1495b", "#2e933c", "#8e5fb5"]
_WIDTH, _HEIGHT, _LEFT, _TOP = 300, 200, 48, 34


def _ticks(low, high):
    return [10.0 ** e for e in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
            if low * 0.99 <= 10.0 ** e <= high * 1.01]


def _label(value):
    return f"{value:g}" if value >= 0.01 else f"{value:.3f}"


def _panel(title, unit, curves, left):
    """One diagram: CURVES is a dict from name to points."""
    points = [p for line in curves.values() for p in line]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    low_x, high_x = min(xs), max(max(xs), min(xs) * 1.01)
    low_y, high_y = min(ys) / 1.5, max(ys) * 1.5

    def place(x, y):
        return (left + _LEFT + _WIDTH * math.log(x / low_x) / math.log(high_x / low_x),
                _TOP + _HEIGHT * (1 - math.log(y / low_y) / math.log(high_y / low_y)))

    out = [f'<text x="{left + _LEFT}" y="16" class="title">{title}, {unit}</text>',
           f'<rect x="{left + _LEFT}" y="{_TOP}" width="{_WIDTH}" height="{_HEIGHT}" '
           'fill="none" stroke="#888"/>']
    for value in _ticks(low_x, high_x):
        x, y = place(value, low_y)
        out.append(f'<text x="{x:.1f}" y="{y + 14:.1f}" text-anchor="middle">{_label(value)}</text>')
    for value in _ticks(low_y, high_y):
        x, y = place(low_x, value)
        out.append(f'<line x1="{x:.1f}" x2="{x + _WIDTH:.1f}" y1="{y:.1f}" y2="{y:.1f}" '
                   'stroke="#ddd"/>')
        out.append(f'<text x="{x - 4:.1f}" y="{y + 4:.1f}" text-anchor="end">{_label(value)}</text>')
    for number, (name, line) in enumerate(curves.items()):
        color = _COLORS[number % len(_COLORS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*p) for p in sorted(line)))
        out.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        for x, y in (place(*p) for p in line):
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{color}"/>')
        out.append(f'<text x="{left + _LEFT + 8}" y="{_TOP + 16 + 14 * number}" '
                   f'fill="{color}">{name}</text>')
    return out


def draw(path, panels):
    """Writes PANELS, (title, unit, curves) each, to PATH, two in a row."""
    wide, high = _LEFT + _WIDTH + 16, _TOP + _HEIGHT + 26
    rows = (len(panels) + 1) // 2
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * wide} {rows * high}" '
           'font-family="sans-serif" font-size="11">',
           "<style>.title { font-size: 13px; font-weight: bold }</style>",
           '<rect width="100%" height="100%" fill="white"/>']
    for number, panel in enumerate(panels):
        out.append(f'<g transform="translate(0 {number // 2 * high})">')
        out += _panel(*panel, left=number % 2 * wide)
        out.append("</g>")
    path.write_text("\n".join([*out, "</svg>", ""]))


def fill(path, text):
    """Puts TEXT in place of the block of numbers in PATH."""
    begin, end = "<!-- numbers: made by bench/plot.py -->\n", "<!-- end of numbers -->\n"
    before, _, rest = path.read_text().partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"plot.py: error: {path} has no block of numbers")
    path.write_text(f"{before}{begin}{text}{end}{after}")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--docs", type=Path, default=ROOT)
    arguments = parser.parse_args()
    data = json.loads(arguments.data.read_text())
    draw(arguments.docs / "docs/performance.svg", data["panels"])
    goals = Table("what", "against", "measured", "goal")
    for row in data["goals"]:
        goals.add(*row)
    parts = [f"Measured on {data['about']}.\n", goals.text(), "![growth](performance.svg)\n"]
    for section in data["sections"]:
        parts += [f"### {section['title'][0].upper()}{section['title'][1:]}\n", section["table"]]
    fill(arguments.docs / "docs/performance.md", "\n".join(parts))
    fill(arguments.docs / "README.md", goals.text())


if __name__ == "__main__":
    main()
