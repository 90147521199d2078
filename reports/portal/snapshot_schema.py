"""The tables of a published snapshot: the canonical report laid out for reading, a page at a time.

Findings are numbered worst first, so a severity is a range of numbers and every index gives them in that order. `sign`: the
evidence is a sign only, and the verdict stays not assessed; `candidate`: a person must confirm, whatever the verdict.
"""

VERSION = "1"

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE part (name TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE file (name TEXT PRIMARY KEY, format TEXT NOT NULL, language TEXT NOT NULL, size INTEGER NOT NULL,
  sha256 TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE name (kind TEXT NOT NULL, key TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, PRIMARY KEY (kind, key))
  STRICT, WITHOUT ROWID;
CREATE TABLE rule (id TEXT PRIMARY KEY, json TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE asset (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL, addresses TEXT NOT NULL,
  zone TEXT NOT NULL, city TEXT NOT NULL, district TEXT NOT NULL, department TEXT NOT NULL, system TEXT NOT NULL,
  importance TEXT, level INTEGER, class TEXT NOT NULL, registered INTEGER, contact TEXT NOT NULL,
  high INTEGER NOT NULL DEFAULT 0, medium INTEGER NOT NULL DEFAULT 0, low INTEGER NOT NULL DEFAULT 0,
  candidates INTEGER NOT NULL DEFAULT 0, waived INTEGER NOT NULL DEFAULT 0,
  passed INTEGER NOT NULL, partial INTEGER NOT NULL, failed INTEGER NOT NULL, not_assessed INTEGER NOT NULL,
  not_applicable INTEGER NOT NULL, verdicts TEXT NOT NULL, components TEXT NOT NULL) STRICT;
CREATE TABLE finding (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, rule TEXT NOT NULL, asset TEXT NOT NULL, city TEXT NOT NULL,
  department TEXT NOT NULL, system TEXT NOT NULL, severity INTEGER NOT NULL, candidate INTEGER NOT NULL, sign INTEGER NOT NULL, waiver TEXT NOT NULL,
  address TEXT NOT NULL, json TEXT NOT NULL) STRICT;
CREATE TEMP TABLE incoming (
  id TEXT NOT NULL, rule TEXT NOT NULL, asset TEXT NOT NULL, severity INTEGER NOT NULL, candidate INTEGER NOT NULL,
  sign INTEGER NOT NULL, waiver TEXT NOT NULL, address TEXT NOT NULL, json TEXT NOT NULL) STRICT;
CREATE TABLE gap (asset TEXT NOT NULL, rule TEXT NOT NULL, address TEXT NOT NULL, transport TEXT NOT NULL,
  port INTEGER NOT NULL, vantage TEXT NOT NULL, why TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE TABLE unit (
  city TEXT NOT NULL, department TEXT NOT NULL, system TEXT NOT NULL, depth INTEGER NOT NULL, assets INTEGER NOT NULL,
  high INTEGER NOT NULL, medium INTEGER NOT NULL, low INTEGER NOT NULL, candidates INTEGER NOT NULL, waived INTEGER NOT NULL,
  passed INTEGER NOT NULL, partial INTEGER NOT NULL, failed INTEGER NOT NULL, not_assessed INTEGER NOT NULL,
  PRIMARY KEY (depth, city, department, system)) STRICT, WITHOUT ROWID;
CREATE TABLE layer (
  city TEXT NOT NULL, department TEXT NOT NULL, system TEXT NOT NULL, layer TEXT NOT NULL, origin TEXT NOT NULL,
  count INTEGER NOT NULL, PRIMARY KEY (city, department, system, layer, origin)) STRICT, WITHOUT ROWID;
CREATE TABLE grade (
  scheme TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (kind, subject, scheme))
  STRICT, WITHOUT ROWID;
CREATE TABLE clause (number INTEGER PRIMARY KEY, id TEXT NOT NULL, json TEXT NOT NULL) STRICT;
CREATE TABLE waiver (number INTEGER PRIMARY KEY, id TEXT NOT NULL, json TEXT NOT NULL) STRICT;
CREATE TABLE evidence (digest TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT, WITHOUT ROWID;
"""

INDEXES = """
CREATE INDEX asset_unit ON asset (city, department, system);
CREATE INDEX asset_address ON asset (address);
CREATE UNIQUE INDEX finding_id ON finding (id);
CREATE INDEX finding_asset ON finding (asset);
CREATE INDEX finding_city ON finding (city);
CREATE INDEX finding_department ON finding (city, department);
CREATE INDEX finding_department_alone ON finding (department);
CREATE INDEX finding_system ON finding (city, department, system);
CREATE INDEX finding_system_alone ON finding (system);
CREATE INDEX finding_rule ON finding (rule);
CREATE INDEX finding_waiver ON finding (waiver) WHERE waiver <> '';
CREATE INDEX gap_asset ON gap (asset);
CREATE INDEX asset_words ON asset (name, addresses);
CREATE VIRTUAL TABLE asset_text USING fts5 (name, addresses, content = 'asset', content_rowid = 'number', tokenize = 'trigram');
INSERT INTO asset_text (asset_text) VALUES ('rebuild');
ANALYZE;
"""

# worst first: by severity, what is waived after what is not, mere signs last; otherwise as they came
ORDERED = """
INSERT INTO finding SELECT row_number() OVER (ORDER BY i.severity, i.waiver <> '', i.sign, i.rowid), i.id, i.rule, i.asset,
  coalesce(a.city, ''), coalesce(a.department, ''), coalesce(a.system, ''), i.severity, i.candidate, i.sign, i.waiver, i.address,
  i.json
FROM incoming AS i LEFT JOIN asset AS a ON a.id = i.asset ORDER BY i.severity, i.waiver <> '', i.sign, i.rowid
"""
DIGESTS = """
SELECT DISTINCT json_extract(piece.value, '$.digest') AS digest FROM finding, json_each(finding.json, '$.evidence') AS piece
ORDER BY digest
"""
PLACE_OF_ORGANISATION = "UPDATE finding SET city = ?, department = ?, system = ? WHERE asset = ?"

ASSET_COUNTS = """
UPDATE asset SET high = c.high, medium = c.medium, low = c.low, candidates = c.candidates, waived = c.waived
FROM (SELECT asset AS id,
  sum(severity = 0 AND NOT sign AND waiver = '') AS high, sum(severity = 1 AND NOT sign AND waiver = '') AS medium,
  sum(severity = 2 AND NOT sign AND waiver = '') AS low, sum(sign AND waiver = '') AS candidates,
  sum(waiver <> '') AS waived FROM finding GROUP BY asset) AS c
WHERE asset.id = c.id;
"""

_SUMS = (
    "count(*), sum(high), sum(medium), sum(low), sum(candidates), sum(waived), sum(passed), sum(partial), sum(failed), "
    "sum(not_assessed)"
)
UNITS = f"""
INSERT INTO unit SELECT '', '', '', 0, {_SUMS} FROM asset HAVING count(*) > 0;
INSERT INTO unit SELECT city, '', '', 1, {_SUMS} FROM asset GROUP BY city;
INSERT INTO unit SELECT city, department, '', 2, {_SUMS} FROM asset GROUP BY city, department;
INSERT INTO unit SELECT city, department, system, 3, {_SUMS} FROM asset GROUP BY city, department, system;
"""
