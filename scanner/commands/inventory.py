"""`chengjian inventory list|show|import|export|diff|dictionary|catalogue`: what is known."""

import argparse
from pathlib import Path


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("inventory", help="what is known: assets, facts, evidence, drift, dictionary")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, words: str) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=words)
        if name not in ("dictionary", "catalogue"):
            made.add_argument("--workspace", type=Path, default=Path("city.db"), help="default: city.db")
        if name in ("list", "show", "export"):
            made.add_argument("--scan", help="scan id; default: the newest")
        if name not in ("import", "export"):
            made.add_argument("--json", action="store_true", help="one JSON document on stdout")
        return made

    action("list", "all assets")
    show = action("show", "one asset, or one piece of evidence")
    show.add_argument("asset", nargs="?", help="id, address or name")
    show.add_argument("--why", action="store_true", help="with identity keys, reasons and evidence digests")
    show.add_argument("--evidence", metavar="DIGEST", help="the conversation behind a digest")
    bring = action(
        "import",
        "documents of systems (configurations, version outputs of devices, SBOMs, images; files and folders of them), or one asset "
        "register (CSV, XLSX), nmap report, list of masscan, file of answers (JSON, or the spreadsheet of export --answers) "
        "or capture (pcap)",
    )
    bring.add_argument("file", type=Path, nargs="+")
    bring.add_argument(
        "--address",
        default="",
        help="where the system stands that the file speaks of; default: the address that the file's name begins with",
    )
    bring.add_argument(
        "--complete",
        action="store_true",
        help="a configuration is whole, not an excerpt: what is not in it is not set",
    )
    export = action(
        "export",
        "assets for spreadsheets and other programs, or the clauses that wait for a person as a spreadsheet to fill in",
    )
    export.add_argument(
        "--format", choices=("csv", "xlsx", "cyclonedx", "netbox"), default="csv", help="netbox: a folder; default: csv"
    )
    export.add_argument(
        "--out", type=Path, help="default: stdout; out/inventory.xlsx for xlsx, the folder out/netbox for netbox"
    )
    export.add_argument("--answers", type=Path, metavar="FILE.xlsx", help="clauses to answer, with what was answered")
    diff = action("diff", "what changed between two scans, or since a vendor's bundle")
    diff.add_argument("before", help="scan id, or the bundle of a vendor's self-check")
    diff.add_argument("--address", default="", help="where the system of that bundle stands now")
    diff.add_argument("after", nargs="?", help="scan id, or `live` for the newest; default: the newest")
    diff.add_argument(
        "--silences", type=int, default=2, metavar="N", help="a device is gone after N scans without a sign; default: 2"
    )
    words = action("dictionary", "the city data dictionary: every field, its meaning, source and level")
    words.add_argument("--format", choices=("markdown", "json", "json-schema", "xlsx"), default="markdown")
    words.add_argument(
        "--lang", choices=("zh", "en"), default="zh", help="of Markdown, JSON Schema and XLSX; default: zh"
    )
    words.add_argument("--out", type=Path, metavar="FILE", help="default: stdout, of XLSX out/dictionary.xlsx")
    words.add_argument(
        "--check", action="store_true", help="check that it is complete; exit code 1 where something lacks"
    )
    catalogue = action("catalogue", "the origin catalogue of vendors and product lines")
    catalogue.add_argument("vendor", nargs="?", help="one vendor, by its word or its name; default: all")
    catalogue.add_argument("--origin", help="only vendors of this origin, such as domestic or unknown")
    catalogue.add_argument(
        "--table",
        choices=("vendors", "product-lines", "announcements", "support"),
        default="vendors",
        help="what is listed",
    )
    catalogue.add_argument("--check", action="store_true", help="check the tables; exit code 1 when something is wrong")


def run(arguments: argparse.Namespace) -> int:
    """See the module."""
    from scanner import catalogue_view, dictionary_view, inventory_view

    does = {
        "list": inventory_view.listing,
        "show": inventory_view.show,
        "import": inventory_view.bring_in,
        "export": inventory_view.export,
        "diff": inventory_view.difference,
        "dictionary": dictionary_view.show,
        "catalogue": catalogue_view.show,
    }
    return does[arguments.action](arguments)
