"""A profile as a flame graph: one SVG that needs nothing else. A click on a box widens it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape

from seahorse.profiling.stacks import FUNCTION, LINE, PROGRAM, SYSCALL, Profile, WayFrame

_WIDTH, _ROW, _HEAD, _LETTER = 1200, 18, 44, 6.6
_COLORS = {PROGRAM: "#9ec5e8", FUNCTION: "#f6c177", LINE: "#f9e2af", SYSCALL: "#e5989b"}
_OTHER = "#b5c99a"
_SMALLEST = 0.1  # pixels; what is narrower is not drawn

_STYLE = "text{font:11px monospace;pointer-events:none}rect{stroke:#fff;stroke-width:.5}g:hover>rect{stroke:#000}"
# Every box knows its place as shares of the whole; a click scales them so that the box takes all the width.
_SCRIPT = """
const boxes=[...document.querySelectorAll('g[data-x]')];
function show(x,w,row){for(const g of boxes){const gx=+g.dataset.x,gw=+g.dataset.w,below=+g.dataset.row<row;
const left=below?0:Math.max(0,(gx-x)/w),right=below?1:Math.min(1,(gx+gw-x)/w);
const on=below?gx<=x+1e-9&&gx+gw>=x+w-1e-9:right-left>1e-4;g.style.display=on?'':'none';if(!on)continue;
const r=g.querySelector('rect'),t=g.querySelector('text');r.setAttribute('x',left*WIDTH);
r.setAttribute('width',(right-left)*WIDTH);t.setAttribute('x',left*WIDTH+3);
const fits=Math.floor(((right-left)*WIDTH-6)/LETTER),s=g.dataset.name;
t.textContent=fits<3?'':s.length<=fits?s:s.slice(0,fits-1)+'\\u2026'}}
for(const g of boxes)g.addEventListener('click',()=>show(+g.dataset.x,+g.dataset.w,+g.dataset.row));
show(0,1,0)
"""


@dataclass
class _Box:
    """A frame with what is above it. `units` has that, too."""

    frame: WayFrame
    units: int = 0
    above: dict[WayFrame, _Box] = field(default_factory=dict["WayFrame", "_Box"])


def _grown(profile: Profile) -> _Box:
    root = _Box(WayFrame(PROGRAM, f"{profile.program}, all transactions", profile.program))
    for way, units in profile.stacks.items():
        box = root
        box.units += units
        for frame in way:
            box = box.above.setdefault(frame, _Box(frame))
            box.units += units
    return root


def _depth(box: _Box) -> int:
    return 1 + max(map(_depth, box.above.values()), default=0)


def flame_graph(profile: Profile, quote: Callable[[str, int], str | None]) -> str:
    """The SVG. The width of a box is its units; the lowest row is all of them, what is called is above its caller."""
    root = _grown(profile)
    height = _HEAD + _ROW * _depth(root) + 8
    boxes = "\n".join(_drawn(root, 0, 0, root.units, height, quote))
    script = _SCRIPT.replace("WIDTH", str(_WIDTH)).replace("LETTER", str(_LETTER))
    title = f"{profile.program}: {profile.total:,} compute units in {profile.transactions} transaction(s)"
    legend = "programs blue, functions orange, lines yellow, syscalls red, programs of others green; click a box"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}">\n'
        f'<style>{_STYLE}</style>\n<rect width="100%" height="100%" fill="#fff"/>\n'
        f'<text x="4" y="16">{escape(title)}</text>\n<text x="4" y="32" fill="#666">{legend}</text>\n{boxes}\n'
        f"<script><![CDATA[{script}]]></script>\n</svg>\n"
    )


def _drawn(
    box: _Box, row: int, start: int, total: int, height: int, quote: Callable[[str, int], str | None]
) -> Iterator[str]:
    width = box.units / total * _WIDTH if total else 0
    if width < _SMALLEST:
        return
    x, y = start / total * _WIDTH, height - 8 - _ROW * (row + 1)
    name = _name(box.frame, quote)
    told = escape(f"{name}: {box.units:,} units, {100 * box.units / total:.2f} %", quote=True)
    fits = int((width - 6) / _LETTER)
    text = "" if fits < 3 else name if len(name) <= fits else name[: fits - 1] + "…"
    color = _OTHER if box.frame.kind == PROGRAM and not box.frame.program else _COLORS[box.frame.kind]
    yield (
        f'<g data-x="{start / total:.6f}" data-w="{box.units / total:.6f}" data-row="{row}" '
        f'data-name="{escape(name, quote=True)}"><title>{told}</title>'
        f'<rect x="{x:.2f}" y="{y}" width="{width:.2f}" height="{_ROW - 1}" fill="{color}"/>'
        f'<text x="{x + 3:.2f}" y="{y + 12}">{escape(text)}</text></g>'
    )
    at = start
    for inner in sorted(box.above.values(), key=lambda b: -b.units):
        yield from _drawn(inner, row + 1, at, total, height, quote)
        at += inner.units


def _name(frame: WayFrame, quote: Callable[[str, int], str | None]) -> str:
    if frame.kind != LINE:
        return frame.text
    purpose = "" if frame.text == "body" else f" ({frame.text})"
    return f"{frame.line} | {(quote(frame.file, frame.line) or '').strip()}{purpose}"
