"""The tables of a workspace, as SQL. Fact tables are made from the fact models."""

from inventory.fact import all_tables, column_types

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE scan (
  id TEXT PRIMARY KEY, state TEXT NOT NULL, started TEXT NOT NULL, ended TEXT, permit TEXT NOT NULL, profile TEXT NOT NULL,
  versions TEXT NOT NULL, counters TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE question (
  scan TEXT NOT NULL, id TEXT NOT NULL, fact TEXT NOT NULL, address TEXT NOT NULL, transport TEXT NOT NULL,
  port INTEGER NOT NULL, vantage TEXT NOT NULL, asset TEXT, PRIMARY KEY (scan, id)) STRICT, WITHOUT ROWID;
CREATE INDEX question_fact ON question (scan, fact, asset);
CREATE INDEX question_asset ON question (scan, asset);
CREATE TABLE observation (
  scan TEXT NOT NULL, question TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
  evidence_class TEXT NOT NULL, evidence TEXT NOT NULL, PRIMARY KEY (scan, question)) STRICT, WITHOUT ROWID;
CREATE TABLE organisation (
  scan TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL,
  parent TEXT, PRIMARY KEY (scan, id)) STRICT, WITHOUT ROWID;
CREATE TABLE asset (
  scan TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, zone TEXT NOT NULL, department TEXT NOT NULL, city TEXT NOT NULL,
  district TEXT NOT NULL, system TEXT NOT NULL, importance TEXT, protection_level INTEGER, device_class TEXT NOT NULL,
  registered INTEGER, contact TEXT NOT NULL, keys TEXT NOT NULL, aliases TEXT NOT NULL, PRIMARY KEY (scan, id)) STRICT,
  WITHOUT ROWID;
CREATE TABLE asset_address (
  scan TEXT NOT NULL, address TEXT NOT NULL, asset TEXT NOT NULL, PRIMARY KEY (scan, address, asset)) STRICT, WITHOUT ROWID;
CREATE TABLE component (
  scan TEXT NOT NULL, asset TEXT NOT NULL, layer TEXT NOT NULL, vendor TEXT, product TEXT, version TEXT, origin TEXT NOT NULL,
  strength TEXT NOT NULL, evidence_class TEXT NOT NULL, end_of_support TEXT, evidence TEXT NOT NULL, why TEXT NOT NULL) STRICT;
CREATE INDEX component_asset ON component (scan, asset, layer);
CREATE TABLE report (scan TEXT PRIMARY KEY, document BLOB NOT NULL) STRICT;
CREATE TABLE kept (name TEXT PRIMARY KEY, kind TEXT NOT NULL, content BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE held (scan TEXT PRIMARY KEY, since TEXT NOT NULL, reason TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
  number INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, act TEXT NOT NULL, what TEXT NOT NULL,
  previous TEXT NOT NULL, digest TEXT NOT NULL) STRICT;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
"""

EVIDENCE_SCHEMA = """
CREATE TABLE IF NOT EXISTS evidence (
  digest TEXT PRIMARY KEY, sm3 TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL, data BLOB NOT NULL) STRICT,
  WITHOUT ROWID;
"""

ASSET_COLUMNS = (
    "id",
    "name",
    "zone",
    "department",
    "city",
    "district",
    "system",
    "importance",
    "protection_level",
    "device_class",
    "registered",
    "contact",
)


def fact_schema() -> str:
    """The STRICT table of every fact model, named `fact_<name>`: key (scan, question, ordinal), then its columns."""
    parts = []
    for name, table in all_tables().items():
        described = ", ".join(f'"{column}" {kind}' for column, kind in column_types(table).items())
        parts.append(
            f'CREATE TABLE "fact_{name}" (scan TEXT NOT NULL, question TEXT NOT NULL, ordinal INTEGER NOT NULL, {described}, '
            "PRIMARY KEY (scan, question, ordinal)) STRICT, WITHOUT ROWID;"
        )
    return "\n".join(parts)
