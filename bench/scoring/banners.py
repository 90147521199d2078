"""Banners with expected vendor, product and version."""

import base64
from collections import defaultdict
from pathlib import Path

from bench.scoring.figure import Figure, read_lines
from bench.scoring.names import same_maker, same_product, same_version
from inventory.identify import identify_line

# The sets of banners, the protocol that we name them by, and whether they count for the targets.
PROTOCOLS = {
    "ssh_banners": "ssh",
    "http_servers": "http.server",
    "ftp_banners": "ftp",
    "smtp_banners": "smtp",
    "pop_banners": "pop3",
    "imap_banners": "imap",
    "telnet_banners": "telnet",
    "mysql_banners": "mysql",
    "snmp_sysdescr": "snmp",
    "html_title": "http.title",
    "http_wwwauth": "http.auth",
    "x509_subjects": "x509.subject",
    "x509_issuers": "x509.issuer",
    "sip_banners": "sip",
    "sip_user_agents": "sip",
    "rtsp_servers": "rtsp",
    "ntp_banners": "ntp",
    "dns_versionbind": "dns",
}
BESIDE = {
    "http_cookies": "http.cookie",
    "mysql_error": "mysql.error",
    "operating_system": "operating_system",
    "hp_pjl_id": "pjl",
    "smb_native_os": "smb",
    "smb_native_lm": "smb",
    "ldap_searchresult": "ldap",
    "mdns_device-info_txt": "mdns",
    "dhcp_vendor_class": "dhcp",
    "x11_banners": "x11",
    "apache_os": "operating_system",
    "nntp_banners": "nntp",
    "snmp_sysobjid": "snmp.object_id",
}


def score(folder: Path, misses: int) -> list[Figure]:
    """See the module."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * 8)
    shown: dict[str, int] = defaultdict(int)
    for record in read_lines(folder / "recog" / "banners.jsonl"):
        name = record["file"]
        protocol = PROTOCOLS.get(name) or BESIDE.get(name)
        if protocol is None:
            continue
        banner = record.get("banner")
        if banner is None:
            banner = base64.b64decode(record["banner_b64"]).decode("utf-8", "replace")
        answer = identify_line({"id": record["id"], "kind": "banner", "protocol": protocol, "banner": banner})
        expected = record["expected"]
        names = {expected.get(field) for field in ("vendor", "os_vendor", "hw_vendor")} - {None}
        row = counts[name]
        vendor = answer["vendor"]
        good = vendor is not None and any(same_maker(vendor, other) for other in names)
        if names:
            row[0] += 1  # wanted
            row[1] += vendor is not None  # named
            row[2] += good
        elif vendor is not None:
            row[7] += 1  # named where nothing is expected: told, not counted
        told = ""
        if good and expected.get("product"):
            products = {expected.get(field) for field in ("product", "os_product", "hw_product")} - {None}
            row[3] += 1
            hit = answer["product"] is not None and any(same_product(answer["product"], other) for other in products)
            row[4] += hit
            told += "" if hit else f" PRODUCT {answer['product']!r} for {products}"
        if good and expected.get("version"):
            versions = {expected.get(field) for field in ("version", "os_version", "hw_version")} - {None}
            row[5] += 1
            hit = answer["version"] is not None and any(same_version(answer["version"], other) for other in versions)
            row[6] += hit
            told += "" if hit else f" VERSION {answer['version']!r} for {versions}"
        if names and (not good or told) and shown[name] < misses:
            shown[name] += 1
            text = banner[:110].replace("\n", "⏎").replace("\r", "")
            print(
                f"  {name}: {'' if good else f'VENDOR {vendor} for {names}'}{told} | {text} {'' if good else answer['why'][:2]}"
            )
    total = [sum(counts[name][index] for name in counts if name in PROTOCOLS) for index in range(8)]
    figures = [
        Figure("recog", "vendor precision", total[2], total[1], 0.98),
        Figure("recog", "vendor recall", total[2], total[0], 0.80),
        Figure("recog", "product", total[4], total[3], 0.70),
        Figure("recog", "version", total[6], total[5], 0.90),
        Figure("recog", "named beyond the expectation", total[7], total[7] + total[1]),
    ]
    for name, row in sorted(counts.items()):
        figures.append(Figure("recog", f"{name} vendor recall", row[2], row[0]))
        if row[1] != row[2]:
            figures.append(Figure("recog", f"{name} vendor precision", row[2], row[1]))
    return figures
