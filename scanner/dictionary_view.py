"""`chengjian inventory dictionary`: the city data dictionary, printed, exported and checked."""

import argparse
import json
from pathlib import Path
from typing import Any

from inventory import dictionary
from inventory.dictionary_forms import COLUMNS, HEAD, INTRODUCTION, cells, json_schema, markdown
from inventory.text import Language
from scanner.terminal import say

WIDTHS = (24, 24, 60, 10, 8, 40, 20, 12, 10)  # of the spreadsheet's columns, in characters


def show(arguments: argparse.Namespace) -> int:
    """Print or write the dictionary; with --check, exit code 1 where something lacks."""
    if arguments.check:
        return _check()
    form = "json" if arguments.json else arguments.format
    if form == "xlsx":
        path = arguments.out or Path("out") / "dictionary.xlsx"
        write_sheet(path, arguments.lang)
        say(str(path))
        return 0
    text = {
        "json": lambda: _json(dictionary.document()),
        "json-schema": lambda: _json(json_schema(arguments.lang)),
        "markdown": lambda: markdown(arguments.lang),
    }[form]()
    if arguments.out is None:
        say(text.rstrip("\n"))
        return 0
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(text, encoding="utf-8")
    return 0


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _check() -> int:
    found = dictionary.problems()
    for problem in found:
        say(problem)
    groups, elements = dictionary.groups(), list(dictionary.elements())
    standards = {one.source for one in elements} - {dictionary.OWN}
    important = sum(one.sensitivity != "general" for one in elements)
    personal = sum(one.personal for one in elements)
    say(
        f"{len(groups)} groups, {len(elements)} fields, {len(standards)} source standards, {important} fields above general "
        f"data, {personal} that may hold personal data, {len(found)} problems"
    )
    return 1 if found else 0


def write_sheet(path: Path, language: Language) -> None:
    """The dictionary as a spreadsheet: one sheet of all fields, one that explains. Every cell is text."""
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet(HEAD.say(language))
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        head = workbook.add_format({"bold": True, "bottom": 1})
        titles = ["表" if language == "zh" else "group", *(title.say(language) for title in COLUMNS.values())]
        for column, (title, width) in enumerate(zip(titles, (20, *WIDTHS), strict=True)):
            sheet.set_column(column, column, width, wrapped)
            sheet.write_string(0, column, title, head)
        for row, one in enumerate(dictionary.elements(), start=1):
            for column, text in enumerate((one.group, *cells(one, language).values())):
                sheet.write_string(row, column, text, wrapped)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, len(list(dictionary.elements())), len(titles) - 1)
        about = workbook.add_worksheet("说明" if language == "zh" else "about")
        about.set_column(0, 0, 100, wrapped)
        about.write_string(0, 0, INTRODUCTION.say(language), wrapped)
