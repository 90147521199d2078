"""`chengjian serve`: the portal: publish finished scans, keep accounts, serve the pages."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reports.portal.accounts import Accounts

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command and its own commands."""
    parser = subparsers.add_parser("serve", help="the portal: publish, accounts, run", description=__doc__)
    inner = parser.add_subparsers(dest="serve_command", metavar="COMMAND", required=True)
    publish = _command(inner, "publish", "publish the report of a finished scan for the portal")
    publish.add_argument("scan", nargs="?", help="id of the scan; default: the newest with a report")
    publish.add_argument("--workspace", type=Path, default=Path("city.db"), metavar="FILE", help="default: city.db")
    publish.add_argument(
        "--format", default="html,csv", metavar="LIST", help="formats to offer for download besides JSON"
    )
    publish.add_argument("--lang", default="zh,en", metavar="LIST", help="languages of these (default: zh,en)")
    publish.add_argument("--json", action="store_true", help="one JSON document on stdout")
    run_parser = _command(inner, "run", "serve the pages")
    run_parser.add_argument(
        "--database", type=Path, default=Path("portal.db"), metavar="FILE", help="default: portal.db"
    )
    run_parser.add_argument(
        "--status", type=Path, action="append", default=[], metavar="FILE", help="an agent's status file"
    )
    run_parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
    run_parser.add_argument("--port", type=int, default=8443, help="default: 8443; 0 takes a free one and says which")
    run_parser.add_argument("--certificate", type=Path, metavar="PEM", help="serve over TLS")
    run_parser.add_argument("--key", type=Path, metavar="PEM", help="private key of the certificate, mode 600")
    run_parser.add_argument(
        "--behind-proxy", metavar="ADDRESS", help="trust this proxy, which serves TLS, to name the visitor's address"
    )
    run_parser.add_argument(
        "--oidc", type=Path, metavar="FILE", help="log in at an OpenID Connect provider, see docs/portal.md"
    )
    account = inner.add_parser("account", help="accounts of the portal", description="accounts of the portal")
    kinds = account.add_subparsers(dest="account_command", metavar="COMMAND", required=True)
    for name, text in (
        ("add", "make an account; the password is asked for, or read from a file of mode 600"),
        ("password", "set another password, which ends the account's sessions"),
        ("remove", "remove an account"),
        ("list", "list the accounts"),
        ("reads", "who read what, newest first"),
    ):
        command = kinds.add_parser(name, help=text, description=text)
        command.add_argument(
            "--database", type=Path, default=Path("portal.db"), metavar="FILE", help="default: portal.db"
        )
        command.add_argument("--json", action="store_true", help="one JSON document on stdout")
        if name in ("add", "password", "remove"):
            command.add_argument("name")
        if name in ("add", "password"):
            command.add_argument("--password-file", type=Path, metavar="FILE", help="its first line is the password")
        if name == "add":
            command.add_argument("--role", required=True, choices=("officer", "auditor", "vendor"))
            command.add_argument(
                "--department", action="append", default=[], help="may see this one only; again for more"
            )
            command.add_argument(
                "--system", action="append", default=[], help="may see this one only; a vendor needs one"
            )
            command.add_argument("--lang", choices=("zh", "en"), default="zh")


def _command(inner: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str) -> Any:
    parser = inner.add_parser(name, help=text, description=text)
    parser.add_argument("--folder", type=Path, default=Path("published"), metavar="DIR", help="default: published")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0."""
    from inventory.errors import InputError

    try:
        return {"publish": _publish, "run": _run, "account": _account}[arguments.serve_command](arguments)
    except ModuleNotFoundError as error:
        name = (error.name or "").split(".")[0]
        if name in ("authlib", "joserfc", "httpx2"):
            raise InputError(f"the package {name} is missing", hint="install chengjian[portal,oidc]") from error
        if name not in ("starlette", "uvicorn", "argon2", "python_multipart", "multipart"):
            raise
        raise InputError(f"the package {name} is missing", hint="install chengjian[portal]") from error


def _publish(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from inventory.audit import record
    from inventory.errors import InputError, WorkspaceError
    from inventory.reported import report_pieces
    from inventory.store import Store
    from reports.portal.publish import publish_document
    from scanner.terminal import safe, say, say_json

    languages = [language for language in arguments.lang.split(",") if language]
    if not languages or set(languages) - {"zh", "en"}:
        raise InputError(f"{arguments.lang!r} is not zh, en or both", "--lang")
    with Store.open(arguments.workspace) as store:
        scan = _reported(store, arguments.scan)

        def evidence(digest: str) -> bytes | None:
            try:
                return store.evidence_bytes(digest)
            except WorkspaceError:
                return None

        formats = [name for name in arguments.format.split(",") if name]
        record(store, "publish", {"scan": scan, "to": str(arguments.folder)}, at=datetime.now(UTC))
        done = publish_document(
            scan,
            report_pieces(store, scan),
            arguments.folder,
            formats=formats,
            languages=languages,
            evidence=evidence,
        )
    if arguments.json:
        say_json(
            {"folder": str(done.folder), "files": list(done.files), "assets": done.assets, "findings": done.findings}
        )
    else:
        say(f"{safe(str(done.folder))}: {done.assets} assets, {done.findings} findings, {', '.join(done.files)}")
    return 0


def _reported(store: Any, scan: str | None) -> str:
    """That scan, or the newest that has a report. Raises WorkspaceError if there is none."""
    from inventory.errors import WorkspaceError
    from inventory.reported import reported_scans

    with_report = reported_scans(store)
    if scan is not None:
        store.scan(scan)
        if scan in with_report:
            return scan
        raise WorkspaceError(f"scan {scan} has no report yet", str(store.path))
    if not with_report:
        raise WorkspaceError("no scan has a report yet", str(store.path), hint="a scan makes it; or `chengjian judge`")
    return str(with_report[-1])


def _run(arguments: argparse.Namespace) -> int:
    import uvicorn

    from inventory.errors import InputError
    from reports.portal.accounts import Accounts
    from reports.portal.application import application
    from scanner.terminal import note

    if (arguments.certificate is None) != (arguments.key is None):
        raise InputError("--certificate and --key belong together")
    if arguments.certificate is None and arguments.behind_proxy is None and arguments.host not in LOOPBACK:
        raise InputError(
            "passwords and reports would go over the network in the clear",
            "--host",
            hint="--certificate, or --behind-proxy",
        )
    if not arguments.folder.is_dir():
        raise InputError("no such folder", str(arguments.folder), hint="`chengjian serve publish` makes it")
    if arguments.key is not None and (not arguments.key.is_file() or arguments.key.stat().st_mode & 0o077):
        raise InputError("is missing, or others may read it", str(arguments.key), hint="chmod 600")
    sign_on = None
    if arguments.oidc is not None:
        from reports.portal.sign_on import SignOn
        from reports.portal.sign_on_config import load_sign_on

        sign_on = SignOn(load_sign_on(arguments.oidc))
    accounts = Accounts(arguments.database)
    if sign_on is None and not accounts.listed():
        note("there is no account yet: chengjian serve account add NAME --role officer")
    config = uvicorn.Config(
        application(arguments.folder, accounts, arguments.status, sign_on=sign_on),
        host=arguments.host,
        port=arguments.port,
        log_level="warning",
        server_header=False,
        date_header=False,
        proxy_headers=arguments.behind_proxy is not None,
        forwarded_allow_ips=arguments.behind_proxy,
        ssl_certfile=arguments.certificate,
        ssl_keyfile=arguments.key,
        limit_concurrency=200,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=5,
    )
    listening = config.bind_socket()
    listening.listen(128)
    scheme = "https" if arguments.certificate else "http"
    note(f"serving on {scheme}://{arguments.host}:{listening.getsockname()[1]}")
    uvicorn.Server(config).run(sockets=[listening])
    accounts.close()
    return 0


def _account(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from reports.portal.accounts import Accounts
    from reports.portal.scope import Role
    from scanner.terminal import say

    accounts = Accounts(arguments.database)
    try:
        if arguments.account_command == "list":
            return _list(accounts, json=arguments.json)
        if arguments.account_command == "reads":
            return _reads(accounts, json=arguments.json)
        if arguments.account_command == "remove":
            accounts.remove(arguments.name)
        elif arguments.account_command == "password":
            accounts.set_password(arguments.name, _password(arguments.password_file))
        else:
            accounts.add(
                arguments.name,
                Role(arguments.role),
                _password(arguments.password_file),
                datetime.now(UTC),
                departments=arguments.department,
                systems=arguments.system,
                language=arguments.lang,
            )
    finally:
        accounts.close()
    say(f"{arguments.account_command}: {arguments.name}")
    return 0


def _password(path: Path | None) -> str:
    """From a file that others cannot read, or asked for twice. There is no default."""
    import getpass
    import sys

    from inventory.errors import InputError

    if path is not None:
        if not path.is_file() or path.stat().st_mode & 0o077:
            raise InputError("is missing, or others may read it", str(path), hint="chmod 600")
        return (path.read_text(encoding="utf-8").splitlines() or [""])[0]
    if not sys.stdin.isatty():
        raise InputError("a password is needed", hint="--password-file, or a terminal to ask on")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        raise InputError("the two are not the same")
    return first


def _list(accounts: "Accounts", *, json: bool) -> int:
    from scanner.terminal import say, say_json, table

    found = [
        {
            "name": account.name,
            "role": str(account.role),
            "departments": list(account.scope.departments or ()),
            "systems": list(account.scope.systems or ()),
        }
        for account in accounts.listed()
    ]
    if json:
        say_json({"accounts": found})
    else:
        rows = [
            [item["name"], item["role"], ", ".join([*item["departments"], *item["systems"]]) or "everything"]
            for item in found
        ]
        say(table(["account", "role", "may see"], rows))
    return 0


def _reads(accounts: "Accounts", *, json: bool) -> int:
    from scanner.terminal import say, say_json, table

    found = accounts.readings()
    if json:
        say_json({"reads": found})
    else:
        say(
            table(["at", "account", "status", "path"], [[r["at"], r["account"], r["status"], r["path"]] for r in found])
        )
    return 0
