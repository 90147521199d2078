"""The contract of a portal page. A module `reports/portal/pages/<name>.py` holds `render` functions and one tuple `PAGES`;
the folder is the list. A page says who may see it; nobody else can, and a path that no page names does not exist.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from inventory.text import Language, Text
from reports.naming import number as figure
from reports.naming import span
from reports.portal import pages as folder
from reports.portal.accounts import Accounts, Session
from reports.portal.scope import Account, Role, Scope
from reports.portal.shelf import Shelf
from reports.portal.snapshot import Filters, Place, Snapshot
from reports.portal.words import code_word, label, windows
from reports.times import day, local
from reports.words import why_told

if TYPE_CHECKING:
    from reports.portal.sign_on import SignOn

OFFICER, AUDITOR, VENDOR = Role.OFFICER, Role.AUDITOR, Role.VENDOR
EVERYBODY = frozenset(Role)
OVERSIGHT = frozenset({OFFICER, AUDITOR})


class Missing(Exception):
    """There is no such thing, or not for this account: the two look the same from outside."""


@dataclass(frozen=True)
class Visit:
    """One request, and everything that a page may use to answer it."""

    request: Request
    form: Mapping[str, str]
    session: Session | None
    language: Language
    shelf: Shelf
    accounts: Accounts
    environment: Environment
    now: datetime
    extra: dict[str, Any] = field(default_factory=dict)
    sign_on: "SignOn | None" = None

    @property
    def account(self) -> Account:
        """Who is logged in; pages that are not public always have one."""
        if self.session is None:
            raise Missing
        return self.session.account

    @property
    def scope(self) -> Scope:
        """What the account may see."""
        return self.account.scope

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters of the address."""
        return self.request.query_params

    def snapshot(self) -> Snapshot:
        """The snapshot that the address names."""
        found = self.shelf.get(self.request.path_params["scan"])
        if found is None:
            raise Missing
        return found

    def place(self) -> tuple[Place, int]:
        """City, department and system of the address, and how many of them it names. An empty name is one too: not registered."""
        given = [self.query.get(key) for key in ("city", "department", "system")]
        depth = next((number for number, value in enumerate(given) if value is None), 3)
        city, department, system = (value or "" for value in [*given[:depth], *[None] * (3 - depth)])
        return (city, department, system), depth

    def say(self, text: Text | Mapping[str, str] | None) -> str:
        """A text in the visitor's language."""
        if text is None:
            return "—"
        return text.say(self.language) if isinstance(text, Text) else text[self.language]

    def label(self, key: str) -> str:
        """A label in the visitor's language."""
        return label(key, self.language)

    def word(self, kind: str, code: object) -> str:
        """What a code is called in the visitor's language."""
        return code_word(kind, code, self.language)

    def html(self, template: str, status: int = 200, **data: Any) -> Response:
        """A page from a template."""
        text = self.environment.get_template(template).render(visit=self, **{**self._words(), **self.extra, **data})
        return HTMLResponse(text, status)

    def _words(self) -> dict[str, Any]:
        language = self.language
        return {
            "language": language,
            "t": self.label,
            "word": self.word,
            "say": self.say,
            "link": link,
            "time": lambda moment, zone="Asia/Shanghai": local(str(moment or ""), str(zone)),
            "windows": lambda given: windows(given, language),
            "why_told": lambda why, reason: why_told(why, reason, language),
            "day": lambda moment, zone="Asia/Shanghai": day(str(moment or ""), str(zone)),
            "place_name": self.place_name,
            "figure": figure,
            "span": span,
        }

    def place_name(self, snapshot: Snapshot, place: Place, depth: int) -> str:
        """What an organisation is called: by the report, or by its own name in the register."""
        if depth == 0:
            return self.say(snapshot.parts["title"])
        kind, key = ("city", "department", "system")[depth - 1], place[depth - 1]
        known = snapshot.name(kind, key)
        return self.say(known) if known else key or label("unregistered_unit", self.language)


def link(path: str, /, **query: object) -> str:
    """A path with its parameters; None leaves one out."""
    given = {key: value for key, value in query.items() if value is not None}
    return quote(path) + (f"?{urlencode(given)}" if given else "")


def filters_of(query: Mapping[str, str]) -> Filters:
    """The filters that an address names; what is no filter is left out."""
    severity = query.get("severity", "")
    state = query.get("state", "")
    return Filters(
        severity=severity if severity in ("high", "medium", "low") else "",
        state=state if state in ("open", "candidate", "waived") else "",
        city=query.get("city"),
        department=query.get("department"),
        system=query.get("system"),
        rule=query.get("rule", "")[:100],
        asset=query.get("asset", "")[:64],
        text=query.get("q", "").strip()[:100],
    )


def page_number(query: Mapping[str, str]) -> int:
    """The page of a list, from 1."""
    text = query.get("page", "1")
    return min(max(int(text), 1), 100_000) if text.isascii() and text.isdigit() and len(text) < 7 else 1


Render = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Page:
    """A path, who may see it, and how it is made. `whole`: only for accounts that may see everything. `public`: before
    logging in; then `roles` is empty. `method` POST changes something and needs the form's token."""

    path: str
    roles: frozenset[Role]
    render: Render
    whole: bool = False
    public: bool = False
    method: str = "GET"

    def may_see(self, account: Account | None) -> bool:
        """May this account (None: nobody is logged in) see the page?"""
        if self.public:
            return True
        return account is not None and account.role in self.roles and (account.scope.whole or not self.whole)


@cache
def all_pages() -> tuple[Page, ...]:
    """Every page, in the order of the modules' names: the folder `reports/portal/pages` is the list."""
    return tuple(_walk())


def _walk() -> Iterator[Page]:
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda item: item.name):
        yield from importlib.import_module(f"{folder.__name__}.{module.name}").PAGES
