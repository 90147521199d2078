"""The commented file that `rules new` writes: a rule to fill in, that loads once the marks are replaced."""

from inventory.fact import FactTable, columns
from rules.judge_sql import column_kinds

_TEMPLATE = """\
# A rule: what complies, for whom, and what to do. Explained in docs/writing-rules.md.
id: {id}                    # the name of this file
title: {{zh: 请填写问题名称, en: name the problem}}
subject: {subject}          # the fact table; its columns stand at the end of this file
# applies: asset.protection_level >= 2    # FALSE: not applicable; NULL: not assessed
requires: {requires}        # TRUE complies, FALSE fails, NULL cannot tell
# partial: …                # TRUE turns a fail into partial
closed: not_assessed        # or pass, or not_applicable, where the port is closed
filtered: not_assessed
severity: medium            # high, medium, low
weight: 2                   # 1 general, 2 important, 3 key
evidence: handshake         # class needed: port, passive, handshake, read, document
clauses:
  2: []
  3: [GB/T 22239-2019 8.1.4.4 b]
  law: [数据安全法 27]
reason:
  zh: "{{address}}：请填写所见（{column}为{{{column}}}）"
  en: "{{address}}: say what was seen ({column} is {{{column}}})"
remediation:
  officer: {{zh: 请填写风险与责任单位, en: the risk and who mends it}}
  auditor: {{zh: 请填写条款、方法与证据, en: "clause, method and evidence"}}
  vendor: {{zh: 请填写具体配置与复测方法, en: the setting and how to check again}}
examples:                   # run by: chengjian rules test
  - {{{subject}: {{{column}: {good}}}, verdict: pass}}
  - {{{subject}: {{{column}: {bad}}}, verdict: fail}}
  - {{{subject}: {{{column}: null}}, verdict: not_assessed}}
# Columns of {subject}:
{listed}
"""


def rule_template(rule: str, table: FactTable) -> str:
    """The YAML text of a new rule about a fact table: complete, so that it loads and its examples pass as it stands."""
    kinds = column_kinds(table)
    column = next((name for name, kind in kinds.items() if kind == "boolean"), next(iter(kinds)))
    kind = kinds[column]
    requires, good, bad = {
        "boolean": (column, "true", "false"),
        "integer": (f"{column} >= 1", "1", "0"),
        "text": (f"{column} = 'good'", "good", "bad"),
    }[kind]
    described = columns(table)
    listed = "\n".join(f"#   {name} ({kinds[name]}): {described[name].en}" for name in kinds)
    return _TEMPLATE.format(
        id=rule, subject=table.name, requires=requires, column=column, good=good, bad=bad, listed=listed
    )
