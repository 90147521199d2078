"""Subjects that nobody asks: tables that are derived from assets and components while judging.

Each is one SELECT that gives the columns of a question (`question` … `ordinal`) and then the columns of its fact model.
`:scan` is the scan. Only what is *proven* carries a verdict: an inferred origin has the evidence class of a port, which
gives candidates; an unknown origin is NULL.
"""

QUESTION_COLUMNS = (
    "question",
    "asset",
    "address",
    "transport",
    "port",
    "vantage",
    "outcome",
    "reason",
    "at",
    "evidence_class",
    "evidence",
    "ordinal",
)

# A device of these classes has something in these layers: where it was not identified, its rules are not assessed.
EXPECTED_LAYERS = (
    ("server", "operating_system"),
    ("terminal", "operating_system"),
    ("network", "network"),
    ("security", "security"),
    ("camera", "video"),
    ("ot", "ics"),
)

_DOMESTIC = "('domestic_certified', 'domestic', 'domestic_derived')"
# Joined once, not looked up for each asset: the store has no index from assets to addresses.
_ADDRESSES = """LEFT JOIN (
  SELECT asset AS asset_id, min(address) AS address FROM asset_address WHERE scan = :scan GROUP BY asset) AS place
  ON place.asset_id = asset.id"""
_ADDRESS = "coalesce(place.address, '')"

ANSWERED = "known_to_answer"  # a function of the judge's: 1 for an asset of which it has seen an answer already
# Whether something of an asset answered.
_ANSWERED = """EXISTS (
  SELECT 1 FROM question AS asked CROSS JOIN observation AS seen ON seen.scan = asked.scan AND seen.question = asked.id
  WHERE asked.scan = :scan AND asked.asset = asset.id AND seen.outcome = 'answered')"""
_TOLD = _ANSWERED.replace("AND seen.outcome", "AND asked.fact <> 'host' AND seen.outcome")

# How looking at a host ended, where nothing on it answered (its link address may have): what stands on it is not known, in
# any layer.
_SILENT = """JOIN (
  SELECT asked.asset AS asset_id, min(CASE seen.outcome WHEN 'answered' THEN 'silent' ELSE seen.outcome END) AS outcome,
    min(CASE seen.outcome WHEN 'answered' THEN 'timeout' ELSE seen.reason END) AS reason
  FROM question AS asked JOIN observation AS seen ON seen.scan = asked.scan AND seen.question = asked.id
  LEFT JOIN fact_host AS host ON host.scan = asked.scan AND host.question = asked.id
  WHERE asked.scan = :scan AND asked.fact = 'host' AND asked.asset IS NOT NULL
  GROUP BY asked.asset HAVING coalesce(sum(seen.outcome = 'answered' AND host.answers), 0) = 0) AS attempt
  ON attempt.asset_id = asset.id"""

_UNNAMED = ", ".join(
    f"NULL AS {name}"
    for name in (
        *("vendor", "product", "version", "origin", "domestic", "origin_score", "proven", "end_of_support"),
        *("certificate_expiry", "certified"),
    )
)
_FOUND_COMPONENT = f"""
SELECT 'component:' || asset.id || ':' || found.layer AS question, asset.id AS asset, {_ADDRESS} AS address,
  'none' AS transport, 0 AS port, found.layer AS vantage, 'answered' AS outcome, '' AS reason, NULL AS at,
  CASE found.strength
    WHEN 'proven' THEN CASE found.evidence_class WHEN 'read' THEN 'read' WHEN 'document' THEN 'document' ELSE 'handshake' END
    WHEN 'inferred' THEN 'port' ELSE 'declared' END AS evidence_class,
  found.evidence AS evidence, 0 AS ordinal,
  found.layer AS layer, found.vendor AS vendor, found.product AS product, found.version AS version,
  nullif(found.origin, 'unknown') AS origin,
  CASE WHEN found.origin <> 'unknown' THEN found.origin IN {_DOMESTIC} END AS domestic,
  CASE found.origin WHEN 'domestic_certified' THEN 100 WHEN 'foreign' THEN 0 WHEN 'unknown' THEN NULL ELSE 50 END
    AS origin_score,
  found.strength = 'proven' AS proven, found.end_of_support AS end_of_support, NULL AS certificate_expiry,
  CASE WHEN found.origin <> 'unknown' THEN found.origin = 'domestic_certified' END AS certified
FROM component AS found JOIN asset ON asset.scan = found.scan AND asset.id = found.asset {_ADDRESSES}
WHERE found.scan = :scan
"""
_EXPECTED_COMPONENT = f"""
SELECT 'component:' || asset.id || ':' || expected.column2 AS question, asset.id AS asset, {_ADDRESS} AS address,
  'none' AS transport, 0 AS port, expected.column2 AS vantage, 'answered' AS outcome, '' AS reason, NULL AS at,
  'declared' AS evidence_class, '[]' AS evidence, 0 AS ordinal, expected.column2 AS layer, {_UNNAMED}
FROM asset CROSS JOIN (VALUES {", ".join(f"('{device}', '{layer}')" for device, layer in EXPECTED_LAYERS)}) AS expected
  ON expected.column1 = asset.device_class {_ADDRESSES}
WHERE asset.scan = :scan AND NOT EXISTS (
  SELECT 1 FROM component AS found
  WHERE found.scan = asset.scan AND found.asset = asset.id AND found.layer = expected.column2)
"""
_SILENT_COMPONENT = f"""
SELECT 'component:' || asset.id || ':' AS question, asset.id AS asset, {_ADDRESS} AS address,
  'none' AS transport, 0 AS port, '' AS vantage, attempt.outcome AS outcome, attempt.reason AS reason, NULL AS at,
  'declared' AS evidence_class, '[]' AS evidence, 0 AS ordinal, NULL AS layer, {_UNNAMED}
FROM asset {_SILENT} {_ADDRESSES}
WHERE asset.scan = :scan AND NOT {_TOLD}
"""

# Counted once for both kinds of organisation: what is left is small, whatever the number of components. A department is told by
# its place, too: every city has its 公安局.
_MEMBERS = """
SELECT organisation.column1 AS kind,
  CASE organisation.column1 WHEN 'department' THEN department ELSE city END AS organisation, layer, vendor, origin, number
FROM (
  SELECT CASE WHEN asset.department <> '' THEN asset.city || '/' || asset.district || '/' || asset.department ELSE '' END
    AS department, asset.city, found.layer, CASE found.strength WHEN 'proven' THEN found.vendor END AS vendor,
    CASE found.strength WHEN 'proven' THEN found.origin ELSE 'unknown' END AS origin, count(*) AS number
  FROM component AS found JOIN asset ON asset.scan = found.scan AND asset.id = found.asset
  WHERE found.scan = :scan GROUP BY 1, 2, 3, 4, 5)
JOIN (VALUES ('department'), ('city')) AS organisation
"""

_ORGANISATION_SHARE = f"""
SELECT 'organisation:' || kind || ':' || organisation || ':' || layer AS question,
  kind || ':' || organisation AS asset, '' AS address, 'none' AS transport, 0 AS port, layer AS vantage,
  'answered' AS outcome, '' AS reason, NULL AS at, 'handshake' AS evidence_class, '[]' AS evidence, 0 AS ordinal,
  layer, total, domestic_count, foreign_count, community_count, unknown_count,
  1000 * domestic_count / total AS domestic_share_low,
  1000 * (domestic_count + unknown_count) / total AS domestic_share_high, 1000 * unknown_count / total AS unknown_share,
  1000 * foreign_count / total AS foreign_share_low, 1000 * (foreign_count + unknown_count) / total AS foreign_share_high,
  suppliers, 1000 * largest / total AS largest_supplier_share,
  1000 * (largest + nameless) / total AS largest_supplier_share_high, largest_supplier
FROM (
  SELECT kind, organisation, layer, sum(number) AS total, count(vendor) AS suppliers,
    sum(domestic) AS domestic_count, sum(abroad) AS foreign_count, sum(community) AS community_count,
    sum(unproven) AS unknown_count,
    sum(CASE WHEN vendor IS NULL THEN number ELSE 0 END) AS nameless,
    max(CASE WHEN vendor IS NULL THEN 0 ELSE number END) AS largest,
    min(CASE WHEN place = 1 THEN vendor END) AS largest_supplier
  FROM (
    SELECT kind, organisation, layer, vendor, sum(number) AS number, sum(number * (origin IN {_DOMESTIC})) AS domestic,
      sum(number * (origin IN ('foreign', 'licensed'))) AS abroad, sum(number * (origin = 'community')) AS community,
      sum(number * (origin = 'unknown')) AS unproven,
      row_number() OVER (PARTITION BY kind, organisation, layer ORDER BY vendor IS NULL, sum(number) DESC, vendor) AS place
    FROM ({_MEMBERS}) WHERE organisation <> '' GROUP BY kind, organisation, layer, vendor)
  GROUP BY kind, organisation, layer)
"""

_REGISTRATION = f"""
SELECT 'register:' || id AS question, id AS asset, address, 'none' AS transport, 0 AS port, 'register' AS vantage,
  'answered' AS outcome, '' AS reason, NULL AS at, CASE WHEN seen THEN 'handshake' ELSE 'declared' END AS evidence_class,
  '[]' AS evidence, 0 AS ordinal, registered,
  CASE WHEN registered THEN department <> '' END AS owner_known,
  CASE WHEN registered THEN contact <> '' END AS contact_known,
  CASE WHEN registered THEN importance IS NOT NULL END AS importance_known,
  CASE WHEN registered THEN protection_level IS NOT NULL END AS level_known,
  CASE WHEN registered THEN device_class <> 'unknown' END AS class_known,
  seen, NULL AS class_agrees
FROM (
  SELECT asset.*, {_ADDRESS} AS address, CASE {ANSWERED}(asset.id) WHEN 1 THEN 1 ELSE {_ANSWERED} END AS seen FROM asset {_ADDRESSES} WHERE asset.scan = :scan)
"""

# Each part has the same columns; together they are the table.
PARTS: dict[str, tuple[str, ...]] = {
    "component": (_FOUND_COMPONENT, _EXPECTED_COMPONENT, _SILENT_COMPONENT),
    "organisation_share": (_ORGANISATION_SHARE,),
    "registration": (_REGISTRATION,),
}
DERIVED: dict[str, str] = {name: "UNION ALL".join(parts) for name, parts in PARTS.items()}


def without_addresses(sql: str) -> str:
    """The derivation with empty addresses, for whoever does not look at them: a join less."""
    return sql.replace(_ADDRESSES, "").replace(_ADDRESS, "''")


def of_assets(sql: str, listed: str) -> str:
    """The derivation for some assets alone: SQLite does not take such a condition inside a compound by itself. `sql` is about
    assets, not about organisations."""
    within = {
        "WHERE found.scan = :scan": "found.asset",
        "WHERE asset.scan = :scan": "asset.id",
        "FROM asset_address WHERE scan = :scan": "asset",
    }
    for condition, column in within.items():
        sql = sql.replace(condition, f"{condition} AND {column} IN ({listed})")
    return sql
