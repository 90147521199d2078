"""Our three sample templates, for customers to change: `python -m reports.docx_samples FOLDER` writes them.

They stand in `reports/templates/docx/`: 单项测评记录 (assessment-record), 整改清单 (rectification), 管理摘要 (management-summary).
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from docx.shared import Pt

from reports.word import blank, centred, dated, page_numbers, repeat, set_widths, table_of

FOLDER = Path(__file__).parent / "templates" / "docx"
BORDER = "333333"
Fields = Sequence[tuple[str, str, float]]  # title of the column, placeholder, width in millimetres


FONTS = (("Normal", "仿宋", 10.5), ("Title", "黑体", 22), ("Heading 1", "黑体", 14), ("Heading 2", "黑体", 12))


def _blank(*, landscape: bool) -> Any:
    document = blank(landscape=landscape, fonts=FONTS, margin=18)
    dated(document, datetime(2026, 1, 1))  # noqa: DTZ001 - the file's property has no zone
    centred(document.sections[0].header.paragraphs[0]).add_run("{{ simulated }}").bold = True
    page_numbers(document)
    return document


def _title(document: Any, text: str) -> None:
    centred(document.add_paragraph(style="Title")).add_run(text)


def _pairs(document: Any, rows: Sequence[tuple[str, str]]) -> None:
    widths = (42.0, 132.0)
    table = table_of(document, 0, widths, BORDER)
    for name, value in rows:
        row = table.add_row()
        set_widths(row, widths)
        cells = row.cells
        cells[0].paragraphs[0].add_run(name).bold = True
        cells[1].paragraphs[0].add_run(value)
    document.add_paragraph()


def _loop(document: Any, over: str, fields: Fields) -> None:
    """A table with one row for every element of a list: `row` is the element."""
    table = table_of(document, 4, [width for _, _, width in fields], BORDER)
    table.rows[1].cells[0].text = f"{{%tr for row in {over} %}}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    for column, (title, placeholder, _) in enumerate(fields):
        table.rows[0].cells[column].paragraphs[0].add_run(title).bold = True
        table.rows[2].cells[column].text = f"{{{{ row.{placeholder} }}}}"
    repeat(table.rows[0])
    for row in table.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                for run in paragraph.runs:
                    run.font.size = Pt(9)
    document.add_paragraph()


def assessment_record() -> Any:
    """等保 style assessment record: scope, clauses, single findings with evidence, gaps, signatures."""
    document = _blank(landscape=True)
    _title(document, "单项测评记录（技术自查）")
    document.add_paragraph("{{ statement }}")
    _pairs(
        document,
        [
            ("报告编号", "{{ number }}"),
            ("扫描授权书", "{{ permit }}　{{ issuer }}"),
            ("扫描时间", "{{ started }} — {{ ended }}"),
            ("观测区域", "{{ vantages }}"),
            ("输入清单摘要值", "sha256:{{ input_manifest }}"),
        ],
    )
    document.add_heading("一、条款核查情况", 1)
    _loop(
        document,
        "clauses",
        (
            ("条款", "id", 50),
            ("内容", "title", 76),
            ("核查方式", "means", 24),
            ("规则", "rules", 60),
            ("判定", "verdicts", 50),
        ),
    )
    document.add_heading("二、单项结果记录", 1)
    _loop(
        document,
        "findings",
        (
            ("序号", "number", 11), ("测评项", "title", 42), ("条款", "clauses", 46), ("测评对象", "asset", 30), ("位置", "place", 36),
            ("结果记录", "reason", 54), ("证据", "evidence", 26), ("符合程度", "verdict", 16),
        ),
    )  # fmt: skip
    document.add_heading("三、未能判定的检查项", 1)
    document.add_paragraph("{{ silence }}")
    _loop(
        document,
        "gaps",
        (
            ("检查项", "title", 80),
            ("对象", "asset", 50),
            ("位置", "place", 50),
            ("原因", "why", 50),
            ("说明", "reason", 30),
        ),
    )
    _pairs(
        document,
        [
            ("核查人", "{{ assessor }}　　　　签名：　　　　　　日期："),
            ("审核人", "{{ reviewer }}　　　　签名：　　　　　　日期："),
        ],
    )
    return document


def rectification() -> Any:
    """整改清单: by owner and due date, with what to set and how to check again."""
    document = _blank(landscape=True)
    _title(document, "问题整改清单")
    document.add_paragraph(
        "{{ title }}　报告编号 {{ number }}　共 {{ findings_count }} 项，本表列出 {{ findings_shown }} 项。"
    )
    document.add_paragraph("{{ statement }}")
    _loop(
        document,
        "rectification",
        (
            ("责任人", "owner", 20), ("期限", "due", 22), ("风险", "severity", 11), ("问题", "title", 38), ("资产", "asset", 28),
            ("位置", "place", 36), ("事实", "reason", 42), ("整改措施", "settings", 46), ("状态", "waiver", 18),
        ),
    )  # fmt: skip
    _pairs(document, [("责任单位负责人", "{{ owner }}　　　　签名：　　　　　　日期：")])
    return document


def management_summary() -> Any:
    """管理摘要: grade with interval and coverage, figures, what to do first."""
    document = _blank(landscape=False)
    _title(document, "{{ title }}")
    centred(document.add_paragraph("（管理摘要）"))
    document.add_paragraph("{{ statement }}")
    document.add_heading("一、总体情况", 1)
    document.add_paragraph(
        "本次扫描依据授权书 {{ permit }}，于 {{ started }} 至 {{ ended }} 进行，涉及资产 {{ assets_count }} 个，其中未登记 "
        "{{ unregistered_count }} 个。发现高风险问题 {{ high }} 项、中风险 {{ medium }} 项、低风险 {{ low }} 项，另有 {{ candidates }} 项待人工确认。"
    )
    _loop(
        document,
        "grades",
        (
            ("对象", "name", 28),
            ("方案", "scheme", 46),
            ("得分", "score", 18),
            ("区间", "interval", 30),
            ("结论", "conclusion", 30),
            ("覆盖率A", "coverage_a", 20),
        ),
    )
    document.add_paragraph("{{ silence }}")
    document.add_heading("二、优先整改事项", 1)
    _loop(
        document,
        "first_things",
        (
            ("序号", "number", 14),
            ("风险", "severity", 14),
            ("问题", "title", 54),
            ("资产数", "assets", 18),
            ("整改建议", "remediation", 72),
        ),
    )
    document.add_paragraph("评级有效至 {{ expires }}。")
    return document


SAMPLES: Mapping[str, Callable[[], Any]] = {
    "assessment-record": assessment_record,
    "rectification": rectification,
    "management-summary": management_summary,
}


def write(folder: Path) -> list[Path]:
    """Write all samples to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, build in SAMPLES.items():
        path = folder / f"{name}.docx"
        build().save(str(path))
        written.append(path)
    return written


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
