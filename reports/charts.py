"""Charts as inline SVG, made on the server: no script, no outside resource, readable in black and white.

Every function is pure and returns Markup. Colours carry nothing that a label or a hatch does not say as well.
"""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from reports.printable import elide, one_line, width

WIDTH = 680
LABELS, LONGEST = 220.0, 17  # room for the labels of bars, and how many wide characters fit in it
INK = "#1d2b3a"
FAINT = "#8a94a0"
GRID = "#dfe4ea"
FILLS = {
    "high": "#a4262c",
    "medium": "url(#hatch-medium)",
    "low": "url(#dots-low)",
    "good": "#2f6f4f",
    "gap": "url(#hatch-gap)",
    "none": "#eef1f4",
    "bar": "#28527a",
    "soft": "url(#hatch-soft)",
}
DEFINITIONS = Markup(
    '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>'
    '<pattern id="hatch-medium" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#f3dfae"/><rect width="2.6" height="6" fill="#b7791f"/></pattern>'
    '<pattern id="dots-low" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect width="5" height="5" fill="#e3e9ef"/><circle cx="2.5" cy="2.5" r="1.1" fill="#56718c"/></pattern>'
    '<pattern id="hatch-gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<rect width="6" height="6" fill="#f4f5f7"/><rect width="1.2" height="6" fill="#9aa4af"/></pattern>'
    '<pattern id="hatch-soft" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#d8e3ee"/><rect width="1.6" height="6" fill="#28527a"/></pattern>'
    "</defs></svg>"
)


def _text(x: float, y: float, content: str, *, anchor: str = "start", fill: str = INK, size: float = 12) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}" fill="{}" font-size="{}">{}</text>').format(
        _number(x), _number(y), anchor, fill, _number(size), one_line(content)
    )


def _rect(x: float, y: float, wide: float, high: float, fill: str, title: str = "") -> Markup:
    inside = Markup("<title>{}</title>").format(one_line(title, 400)) if title else Markup("")
    return Markup(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="#ffffff" stroke-width="0.5">{}</rect>'
    ).format(_number(x), _number(y), _number(max(wide, 0)), _number(high), fill, inside)


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, wide: float = 1) -> Markup:
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"/>').format(
        _number(x1), _number(y1), _number(x2), _number(y2), stroke, _number(wide)
    )


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _svg(high: float, parts: Sequence[Markup], title: str) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">{}</svg>'
    ).format(WIDTH, _number(high), one_line(title), Markup("").join(parts))


def _legend(entries: Sequence[tuple[str, str]], left: float, top: float) -> list[Markup]:
    parts = []
    x = left
    for fill, name in entries:
        parts += [_rect(x, top - 9, 14, 10, fill), _text(x + 19, top, name, size=11)]
        x += 19 + width(name) * 11 + 20
    return parts


def stacked_bars(
    rows: Sequence[tuple[str, Sequence[int]]], fills: Sequence[str], names: Sequence[str], title: str, *, whole: bool
) -> Markup:
    """Horizontal stacked bars. `rows`: label and one figure per part; `whole`: every bar has full length (shares)."""
    left, right, step = LABELS, 44.0, 26.0
    room = WIDTH - left - right
    longest = max((sum(figures) for _, figures in rows), default=0) or 1
    parts = _legend([(FILLS[fill], name) for fill, name in zip(fills, names, strict=True)], left, 14)
    for number, (name, figures) in enumerate(rows):
        y = 28 + number * step
        total = sum(figures)
        scale = room / ((total or 1) if whole else longest)
        parts += [_text(left - 10, y + 13, elide(name, LONGEST), anchor="end"), _rect(left, y, room, 18, FILLS["none"])]
        x = left
        for fill, figure, part in zip(fills, figures, names, strict=True):
            if figure:
                parts.append(_rect(x, y, figure * scale, 18, FILLS[fill], f"{name} · {part}: {figure}"))
                if figure * scale > 24:
                    parts.append(_figure_on(x + figure * scale / 2, y + 13, str(figure), fill))
                x += figure * scale
        parts.append(_text(left + room + 8, y + 13, str(total), fill=FAINT, size=11))
    return _svg(28 + len(rows) * step + 4, parts, title)


def _figure_on(x: float, y: float, figure: str, fill: str) -> Markup:
    if FILLS[fill].startswith("url"):
        back = _rect(x - len(figure) * 3.4 - 3, y - 10, len(figure) * 6.8 + 6, 13, "#ffffff")
        return back + _text(x, y, figure, anchor="middle", size=11)
    return _text(x, y, figure, anchor="middle", fill=INK if fill == "none" else "#ffffff", size=11)


def interval_bars(
    rows: Sequence[tuple[str, float | None, float, float, str]], title: str, limit: float = 100
) -> Markup:
    """Intervals on a scale from 0 to `limit`: label, point (or None), lower, upper, note."""
    left, right, step = LABELS, 90.0, 28.0
    room = WIDTH - left - right
    bottom = 8 + len(rows) * step
    parts = []
    for tick in (0, 20, 40, 60, 80, 100):
        x = left + room * tick / limit
        parts += [_line(x, 4, x, bottom, GRID), _text(x, bottom + 14, str(tick), anchor="middle", fill=FAINT, size=11)]
    for number, (name, point, lower, upper, note) in enumerate(rows):
        y = 8 + number * step
        start, end = left + room * lower / limit, left + room * upper / limit
        parts += [
            _text(left - 10, y + 14, elide(name, LONGEST), anchor="end"),
            _rect(start, y + 5, end - start, 10, FILLS["soft"], f"{name}: {lower:g}–{upper:g}"),
            _line(start, y + 1, start, y + 19, INK, 1.6),
            _line(end, y + 1, end, y + 19, INK, 1.6),
            _text(left + room + 10, y + 14, note, size=11),
        ]
        if point is not None:
            x = left + room * point / limit
            parts.append(
                Markup('<path d="M{0} {1} l5 6 l-5 6 l-5 -6 z" fill="#a4262c" stroke="#ffffff"/>').format(
                    _number(x), _number(y + 4)
                )
            )
    return _svg(bottom + 20, parts, title)


def exposure_map(
    vantages: Sequence[str], zones: Sequence[str], counts: Mapping[tuple[str, str], int], title: str
) -> Markup:
    """Who sees how much of whom: a square for every pair of vantage zone and zone, with the figure in it."""
    left, right = 150.0, 40.0
    wide = min(110.0, (WIDTH - left - right) / max(len(zones), 1))
    level = max(map(width, zones), default=0) * 11.5 <= wide  # else the names stand at a slant
    top = 34.0 if level else 84.0
    largest = max(counts.values(), default=0) or 1
    parts = [_zone_name(zone, left + wide * (column + 0.5), top, level=level) for column, zone in enumerate(zones)]
    for row, vantage in enumerate(vantages):
        y = top + row * 34
        parts.append(_text(left - 10, y + 20, elide(vantage, 11), anchor="end"))
        for column, zone in enumerate(zones):
            count = counts.get((vantage, zone), 0)
            x = left + wide * column
            shade = 0.1 + 0.75 * count / largest if count else 0
            parts.append(
                Markup(
                    '<rect x="{}" y="{}" width="{}" height="30" fill="#28527a" fill-opacity="{}" stroke="{}"/>'
                ).format(_number(x + 1), _number(y), _number(wide - 2), f"{shade:.2f}", GRID)
            )
            parts.append(
                _text(
                    x + wide / 2,
                    y + 20,
                    str(count) if count else "·",
                    anchor="middle",
                    fill="#ffffff" if shade > 0.5 else INK,
                )
            )
    return _svg(top + len(vantages) * 34 + 4, parts, title)


def _zone_name(zone: str, x: float, top: float, *, level: bool) -> Markup:
    if level:
        return _text(x, top - 14, zone, anchor="middle", size=11)
    return Markup('<g transform="rotate(-40 {0} {1})">{2}</g>').format(
        _number(x), _number(top - 8), _text(x, top - 8, elide(zone, 10), size=11)
    )


def trend_line(points: Sequence[tuple[str, float | None, float | None, float | None]], title: str) -> Markup:
    """A grade over time: day, point (or None), lower, upper; the interval is a vertical bar."""
    left, top, room, high = 44.0, 14.0, WIDTH - 74.0, 150.0
    parts = []
    for tick in (0, 20, 40, 60, 80, 100):
        y = top + high * (1 - tick / 100)
        parts += [
            _line(left, y, left + room, y, GRID),
            _text(left - 8, y + 4, str(tick), anchor="end", fill=FAINT, size=11),
        ]
    step = room / max(len(points), 1)
    path = []
    every = max(1, -(-len(points) * 74 // int(room)))
    for number, (day, point, lower, upper) in enumerate(points):
        x = left + step * (number + 0.5)
        if lower is not None and upper is not None:
            parts.append(_line(x, top + high * (1 - upper / 100), x, top + high * (1 - lower / 100), "#9db4ca", 6))
        if number % every == 0:
            parts.append(_text(x, top + high + 16, day, anchor="middle", fill=FAINT, size=11))
        if point is not None:
            y = top + high * (1 - point / 100)
            path.append(f"{_number(x)} {_number(y)}")
            parts.append(Markup('<circle cx="{}" cy="{}" r="4" fill="#a4262c"/>').format(_number(x), _number(y)))
            parts.append(_text(x, y - 9, f"{point:g}", anchor="middle", size=11))
    if len(path) > 1:
        parts.append(
            Markup('<polyline points="{}" fill="none" stroke="#a4262c" stroke-width="1.5"/>').format(" ".join(path))
        )
    return _svg(top + high + 24, parts, title)


def meter(lower: float | None, upper: float | None, point: float | None) -> Markup:
    """A small interval on a line, for use beside a score: 0 to 100."""
    if lower is None or upper is None:
        lower, upper = 0.0, 100.0  # nothing decided: anything is possible
    mark = (
        Markup('<path d="M{} 1 l4 6 l-4 6 l-4 -6 z" fill="#a4262c"/>').format(_number(2 + 1.96 * point))
        if point is not None
        else Markup("")
    )
    return Markup(
        '<svg class="meter" viewBox="0 0 200 14" preserveAspectRatio="xMinYMid meet" aria-hidden="true"><rect x="2" y="5" width="196" height="4" fill="#dfe4ea"/>'
        '<rect x="{}" y="4" width="{}" height="6" fill="#28527a"/>{}</svg>'
    ).format(_number(2 + 1.96 * lower), _number(max(1.96 * (upper - lower), 1.5)), mark)


def self_contained(svg: Markup, font: str) -> str:
    """A chart as a file of its own: with its name space, its patterns and its font."""
    head, _, body = svg.partition(">")
    patterns = str(DEFINITIONS).split("<defs>")[1].split("</defs>")[0]
    space = "" if "xmlns=" in head else ' xmlns="http://www.w3.org/2000/svg"'
    return f'{head}{space} font-family="{font}"><defs>{patterns}</defs>{body}'
