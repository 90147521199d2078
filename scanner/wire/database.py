"""Which database it is, among those that share a protocol: only by signs of its own.

Signs (public documentation of each product): OceanBase, TiDB, TDSQL, PolarDB-X and MariaDB name themselves in the greeting
of the MySQL protocol. openGauss and GaussDB announce front-end protocol 3.51 and their own SHA-256 exchange; KingbaseES
calls the access file sys_hba.conf. Whatever shows no sign stays undecided.
"""

import re

MYSQL_SIGNS = tuple(
    (product, re.compile(pattern, re.I))
    for product, pattern in (
        ("oceanbase", r"oceanbase"),
        ("tidb", r"tidb"),
        ("mariadb", r"mariadb"),
        ("txsql", r"txsql|tdsql"),
        ("polardb", r"polardb|tddl|galaxyengine"),
        ("greatsql", r"greatsql|greatdb"),
        ("goldendb", r"goldendb"),
        ("percona", r"percona"),
        ("gbase", r"gbase"),
        ("starrocks", r"starrocks"),
        ("doris", r"doris"),
    )
)


def mysql_product(version: str) -> str | None:
    """The product that names itself in a greeting's version; None while undecided."""
    return next((product for product, pattern in MYSQL_SIGNS if pattern.search(version)), None)


def postgresql_product(texts: list[str], *, own_sha256: bool, version: str | None) -> str | None:
    """The product by the texts of errors, the form of the authentication request and the version after a login."""
    told = " ".join(texts)
    if re.search(r"kingbase|sys_hba\.conf", f"{told} {version or ''}", re.I):
        return "kingbase"
    if own_sha256 or re.search(r"opengauss|gaussdb|server supports 1\.0 to 3\.51", f"{told} {version or ''}", re.I):
        return "opengauss"
    for product in ("highgo", "vastbase", "uxdb"):
        if product in told.lower():
            return product
    if version and re.fullmatch(r"\d+(?:\.\d+){0,2} \((?:Debian|Ubuntu) [^)]{1,64}\)", version):
        return "postgresql"
    return None
