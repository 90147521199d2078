"""The integers that hold many rules' digits say of each rule what its own expression says, whatever is shared on the way."""

from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.fact import all_tables
from inventory.store import Store
from rules.condition import register_functions
from rules.judge_sql import ASSET_NAMES, RULES_A_CODE, code_sql, column_kinds, digit_sql
from rules.load import load_packs

RULES = sorted((rule for rule in load_packs().rules if rule.subject == "component"), key=lambda rule: rule.id)
TABLE = all_tables()["component"]
PARAMETERS = {f"{rule.id}.{name}": one.default for rule in RULES for name, one in rule.parameters.items()}
FLAG = st.sampled_from([None, 0, 1])
ROW = st.fixed_dictionaries(
    {
        "layer": st.sampled_from([None, "network", "database", "operating_system", "video", "time", "elsewhere"]),
        "origin": st.sampled_from([None, "domestic", "community", "licensed", "foreign"]),
        "domestic": FLAG,
        "certified": FLAG,
        "end_of_support": st.sampled_from([None, "2020-01-01", "2030-01-01", "soon"]),
    }
)
ASSET = st.fixed_dictionaries(
    {
        "importance": st.sampled_from([None, "general", "important", "critical"]),
        "device_class": st.sampled_from(["unknown", "server", "terminal", "network"]),
    }
)


@settings(max_examples=60)
@given(ROW, ASSET)
def test_shared_looks_change_no_digit(row: dict[str, object], asset: dict[str, object]) -> None:
    codes = code_sql(RULES, TABLE, derived=True)
    alone = [digit_sql(rule, TABLE, derived=True) for rule in RULES]
    values: dict[str, object] = {"as_of": "2026-06-01T00:00:00Z", "as_of_day": 739768, **PARAMETERS}
    tables = {
        "fact": dict.fromkeys([*column_kinds(TABLE), "vantage", "transport", "port"]) | row,
        "asset": dict.fromkeys(ASSET_NAMES) | asset,
        "parameter": {"level": None, **PARAMETERS},
    }
    sources = [
        f"(SELECT {', '.join(f':{name}_{place} AS {chr(34)}{column}{chr(34)}' for place, column in enumerate(columns))}) AS {name}"
        for name, columns in tables.items()
    ]
    for name, columns in tables.items():
        values |= {f"{name}_{place}": value for place, value in enumerate(columns.values())}
    with Store.memory() as store:
        register_functions(store.connection)
        said = store.connection.execute(f"SELECT {', '.join([*codes, *alone])} FROM {', '.join(sources)}", values)
        found = said.fetchone()
    digits = [found[n // RULES_A_CODE] >> 3 * (n % RULES_A_CODE) & 7 for n in range(len(RULES))]
    assert digits == list(found[len(codes) :])
