"""Certificates: every field equal to what another reader says."""

from pathlib import Path

from bench.scoring.figure import Figure, read_lines
from inventory.certificate import Certificate, read_pem
from inventory.errors import ImportFormatError


def score(folder: Path, misses: int) -> list[Figure]:
    """See the module."""
    right = total = 0
    for record in read_lines(folder / "certs" / "truth.jsonl"):
        truth = record["truth"]
        try:
            found = fields(read_pem((folder / "certs" / record["file"]).read_text("latin-1"), record["id"])[0])
        except ImportFormatError:
            found = {"parse_ok": False}
        for name, value in truth.items():
            total += 1
            right += found.get(name) == value
            if found.get(name) != value and misses > 0:
                misses -= 1
                print(f"  {record['id']} {name}: {str(found.get(name))[:200]!r} for {str(value)[:200]!r}")
    return [Figure("certs", "fields", right, total, 1.0)]


def fields(certificate: Certificate) -> dict[str, object]:
    """The fields under the names and in the forms of the known answers."""
    names = certificate.alternative_names
    return {
        "parse_ok": True,
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "not_before": certificate.not_before.strftime("%b %e %H:%M:%S %Y GMT"),
        "not_after": certificate.not_after.strftime("%b %e %H:%M:%S %Y GMT"),
        "signature_algorithm": certificate.signature_algorithm,
        "public_key_algorithm": certificate.public_key_algorithm,
        "key_bits": certificate.key_bits,
        "curve": certificate.curve,
        "san": None if names is None else ", ".join(names),
        "self_issued": certificate.self_issued,
        "is_sm2": certificate.is_sm2,
    }
