"""What a host's container gets: configuration files of its servers, the list of its twins, and the script that starts all."""

import json
import shlex
from pathlib import Path

from lab import place
from lab.certificates import Certificate, dh_file, pem_file
from lab.city import Host, Service
from lab.server import CERTIFICATES, Place, Setup, set_up
from lab.twin import read_settings

HEAD = """\
#!/bin/bash
# Made from city.yaml; starts what runs on {host}.
export PYTHONPATH=/lab/code PYTHONDONTWRITEBYTECODE=1 CHENGJIAN_LAB_CERTIFICATES={certificates}
trap 'exit 0' TERM
"""


def write(host: Host) -> Path:
    """Write a host's folder anew and make the certificates that it names; gives the folder."""
    folder = place.out() / "hosts" / host.name
    place.remove_tree(folder)
    folder.mkdir(parents=True)
    lines = [HEAD.format(host=host.name, certificates=CERTIFICATES)]
    twins = []
    for service in host.services:
        if service.program == "twin":
            addresses = list(host.addresses()) if host.count > 1 else []
            entry = {"twin": service.kind, "settings": service.settings, "port": service.port, "addresses": addresses}
            twins.append(entry)
            for certificate in twin_certificates(service):
                pem_file(certificate)
        else:
            lines += _server_lines(host, service, folder)
    if twins:
        (folder / "twins.json").write_text(json.dumps(twins, ensure_ascii=False), encoding="utf-8")
        lines.append("python3 -m lab.serve /lab/host/twins.json &")
    lines.append("wait")
    (folder / "start.sh").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _server_lines(host: Host, service: Service, folder: Path) -> list[str]:
    inside = f"/lab/host/{service.name}"
    made: Setup = set_up(service.kind, service.settings, Place(host.name, host.address, service.port, inside))
    for name, text in made.files.items():
        path = folder / service.name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for certificate in made.certificates:
        pem_file(certificate)
    command = " ".join(shlex.quote(word) for word in ("bash", "-c", f"exec {made.command}"))
    return [*made.before, f"{command} &"]


def twin_certificates(service: Service) -> list[Certificate]:
    """The certificates that a twin will load, so that they can be made before it starts."""
    settings = service.settings
    described = settings.get("certificate")
    if isinstance(settings.get("tls"), dict) and settings["tls"].get("short_dh"):
        dh_file()
    if isinstance(settings.get("tls"), dict):
        described = settings["tls"].get("certificate")
    if isinstance(described, dict):
        both = [described, settings["second"]] if isinstance(settings.get("second"), dict) else [described]
        return [read_settings(Certificate, each) for each in both]
    return [Certificate()] if settings.get("tls") is not None and settings.get("tls") is not False else []


def state_folder(host: Host) -> Path:
    """The host's writable folder: host keys and the fragile controller's state. It outlives a restart."""
    path = place.out() / "state" / host.name
    path.mkdir(parents=True, exist_ok=True)
    return path
