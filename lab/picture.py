"""The picture of the city, made from city.yaml: `python -m lab picture` writes `lab/city.svg`."""

from html import escape

from lab.city import City, Host, Zone

WIDTH, MARGIN, COLUMNS = 1180, 20, 2
BOX = (WIDTH - MARGIN * (COLUMNS + 1)) // COLUMNS
LINE, HEAD, TOP = 17, 46, 92
COLOURS = {
    "server": "#2b6cb0",
    "network": "#6b46c1",
    "camera": "#b7791f",
    "iot": "#2f855a",
    "ot": "#c05621",
    "base_station": "#00838f",
    "unknown": "#4a5568",
}
FONT = "font-family=\"'Noto Sans CJK SC','Microsoft YaHei',sans-serif\""


def svg(city: City) -> str:
    """The whole picture; one box a zone, one line a host."""
    heights = [0] * COLUMNS
    boxes = []
    for zone in city.zones:
        hosts = [host for host in city.hosts if host.zone == zone.name]
        column = heights.index(min(heights))
        boxes.append(_box(zone, hosts, MARGIN + column * (BOX + MARGIN), TOP + heights[column]))
        heights[column] += HEAD + LINE * len(hosts) + 14 + MARGIN
    height = TOP + max(heights) + 6
    count = sum(host.count for host in city.hosts)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" {FONT}>',
            f'<rect width="{WIDTH}" height="{height}" fill="#f7f9fb"/>',
            _text(MARGIN, 36, f"{city.name['zh']} {city.name['en']} · 模拟数据 simulated data", 22, "#1a202c", "bold"),
            _text(MARGIN, 60, _subtitle(city, count), 13, "#4a5568"),
            *_legend(),
            *boxes,
            "</svg>\n",
        ]
    )


def _subtitle(city: City, count: int) -> str:
    return (
        f"{len(city.zones)} 个网络区域 zones · {len(city.hosts)} 台主机 hosts · {count} 个地址 addresses · {city.range} · "
        "各区域无任何出口 no zone has a way out · ● 配置良好 well configured  ○ 有问题 with faults"
    )


def _legend() -> list[str]:
    parts, left = [], MARGIN
    for name, colour in COLOURS.items():
        parts.append(f'<rect x="{left}" y="70" width="10" height="10" rx="2" fill="{colour}"/>')
        parts.append(_text(left + 14, 79, name, 11, "#4a5568"))
        left += 34 + 7 * len(name)
    return parts


def _box(zone: Zone, hosts: list[Host], left: int, top: int) -> str:
    height = HEAD + LINE * len(hosts) + 10
    lines = [
        f'<rect x="{left}" y="{top}" width="{BOX}" height="{height}" rx="8" fill="#ffffff" stroke="#cbd5e0"/>',
        _text(left + 12, top + 22, f"{zone.title['zh']} · {zone.title['en']}", 14, "#1a202c", "bold"),
        _text(left + 12, top + 38, f"{zone.network} · GB/T 2260 {zone.city}", 11, "#718096"),
    ]
    for number, host in enumerate(hosts):
        lines.append(_line(host, left + 12, top + HEAD + 8 + LINE * number))
    return "\n".join(lines)


def _line(host: Host, left: int, base: int) -> str:
    colour = COLOURS.get(host.device_class if host.registered else "unknown", "#4a5568")
    fill = colour if host.clean else "#ffffff"
    runs = ", ".join(service.name for service in host.services)
    notes = [f"×{host.count}"] if host.count > 1 else []
    notes += ["excluded"] if host.excluded else []
    notes += ["unregistered"] if not host.registered else []
    notes += [host.behaviour] if host.behaviour else []
    last = host.address.split(".")[-1]
    name = f"{host.name} {' '.join(notes)}".strip()
    return "\n".join(
        [
            f'<circle cx="{left + 4}" cy="{base - 4}" r="4" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>',
            _text(left + 14, base, f".{last}", 11, "#718096"),
            _text(left + 46, base, name, 12, colour),
            _text(left + 236, base, runs[:58], 11, "#4a5568"),
        ]
    )


def _text(left: int, base: int, text: str, size: int, colour: str, weight: str = "normal") -> str:
    return (
        f'<text x="{left}" y="{base}" font-size="{size}" fill="{colour}" font-weight="{weight}">{escape(text)}</text>'
    )
