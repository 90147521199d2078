"""PostgreSQL and its kin (openGauss, KingbaseES): postgresql.conf."""

import re

from inventory.configuration import Family, Reading
from inventory.imports.dialects.service import (
    ServiceNotes,
    Setting,
    everywhere,
    settings,
    unquote,
    without_comment,
    yes,
)

# Names of parameters by their first word (PostgreSQL documentation, chapter 20; openGauss adds some).
PREFIXES = re.compile(
    r"(allow|application|archive|array|audit|auth|authentication|auto|autovacuum|backend|backslash|bgwriter|block|bonjour|bytea|check|checkpoint|client|cluster|"
    r"commit|compute|config|constraint|cpu|createrole|cursor|data|datestyle|db|deadlock|debug|default|dynamic|effective|enable|enforce|escape|event|exit|"
    r"external|extra|force|from|fsync|full|geqo|gin|gssapi|gss|hash|hba|hot|huge|icu|ident|idle|ignore|include|include_dir|include_if_exists|intervalstyle|io|jit|"
    r"join|krb|lc|listen|lo|local|lock|log|logging|logical|maintenance|max|min|modify|multixact|old|operator|parallel|password|pg_stat_statements|plan|plpgsql|port|"
    r"post|pre|primary|promote|quote|random|recovery|remove|reserved|restart|restore|row|scram|search|send|seq|server|session|shared|sighup|ssl|ssl_\w+|standard|"
    r"standby|statement|stats|subtransaction|superuser|synchronize|synchronous|syslog|tcp|temp|timezone|trace|track|transaction|transform|unix|update|use|"
    r"vacuum|wal|work|xml|xmlbinary|xmloption|zero|local_preload_libraries|replication|remote|enable_\w+|ddl|dw|most|user|failed|instr|cstore|query|resource|asp)(_\w+)?(\.\w+)*"
)
METHODS = {"md5": True, "on": True, "scram-sha-256": False, "0": True, "1": False, "2": False, "3": False}


def read(text: str, file: str) -> Reading:
    """Pure."""
    notes = ServiceNotes("postgresql", file)
    found = list(settings(text, separator=r"\s*=\s*|\s+"))
    last: dict[str, Setting] = {}
    for entry in found:
        notes.line(entry.line, known=bool(PREFIXES.fullmatch(entry.name)))
        last[entry.name] = Setting(entry.line, entry.name, unquote(without_comment(entry.value).strip()))
    port = last.get("port")
    number = int(port.value[:5]) % 65536 if port is not None and port.value.isdecimal() else 5432
    if (item := last.get("listen_addresses")) is not None:
        notes.put(
            "postgresql",
            "listens_everywhere",
            bool(item.value) and any(everywhere(part) for part in item.value.split(",")),
            item.line,
            number,
        )
    if (item := last.get("ssl")) is not None:
        notes.put("postgresql", "tls_offered", yes(item.value), item.line, number)
    if (item := last.get("password_encryption")) is not None and item.value.lower() in METHODS:
        notes.put("postgresql", "weak_authentication", item.value.lower() == "md5", item.line, number)
    if (item := last.get("ssl_min_protocol_version")) is not None:
        version = {"tlsv1": 0x0301, "tlsv1.1": 0x0302, "tlsv1.2": 0x0303, "tlsv1.3": 0x0304}.get(item.value.lower())
        notes.put("tls", "oldest_version", version, item.line, number)
    return notes.reading()


FAMILY = Family(
    name="postgresql",
    kind="service",
    vendor="postgresql",
    marks=(
        (
            r"^\s*#?\s*(shared_buffers|wal_level|max_wal_size|effective_cache_size|hba_file|data_directory|checkpoint_\w+)\s*=",
            5,
        ),
        (r"^\s*#?\s*(listen_addresses|password_encryption|log_destination|max_connections|log_line_prefix)\s*=", 4),
        (r"PostgreSQL configuration file", 6),
    ),
    read=read,
    file_names=("postgresql.conf", "kingbase.conf", "postgresql.auto.conf"),
    layer="database",
)
