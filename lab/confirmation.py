"""What a client that we did not write sees of a service: the proof that a host is as `city.yaml` says.

A module in `lab/confirmations/` covers a kind of service; the folder is the list. It names the foreign clients to run and,
rule by rule and verdict by verdict, the sign in their output that confirms the because of the truth. The clients come from
Debian and PyPI and stand in the base image; all run in one container in the city's own network.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from lab import confirmations
from lab.city import Host, Service

Words = tuple[str, ...]
"""A command's words."""
Ask = Callable[[Host, Service], tuple[Words, ...]]
"""The commands for a service of a host."""


@dataclass(frozen=True)
class Confirmation:
    """Clients for the services whose name, server, twin or protocol stands in `of`, and signs for the rules of a subject.

    `ask` gives the commands for a service of a host. `signs`: rule → verdict → pattern (DOTALL, MULTILINE) that must be
    found in what all commands said; a group in it is what is shown. A rule's pattern may also stand under "*" for all
    verdicts. `subject` as in the truth of city.yaml.
    """

    subject: str
    of: tuple[str, ...]
    ask: Ask
    signs: Mapping[str, Mapping[str, str]]

    def concerns(self, service: Service) -> bool:
        """Does this confirmation ask such a service?"""
        return bool({service.name, service.kind, service.protocol, service.transport} & set(self.of))


TYPED = 'printf "$2\\r\\n" | timeout 4 curl -s --max-time 3 "telnet://$1" 2>&1'


def typed(host: Host, service: Service, words: str) -> Words:
    """curl as a terminal: it types these words (as printf reads them) and shows what comes back."""
    return ("sh", "-c", TYPED, "curl", f"{host.address}:{service.port}", words)


@cache
def all_confirmations() -> tuple[Confirmation, ...]:
    """Every confirmation of the folder, in the order of its modules."""
    found: list[Confirmation] = []
    for module in sorted(each.name for each in pkgutil.iter_modules(confirmations.__path__)):
        found += importlib.import_module(f"lab.confirmations.{module}").CONFIRMATIONS
    return tuple(found)


def confirmation(subject: str, service: Service) -> Confirmation | None:
    """The confirmation of a service for a subject of the truth; None where there is none yet."""
    fitting = (each for each in all_confirmations() if each.subject == subject and each.concerns(service))
    return next(fitting, None)


def sign(found: Confirmation, rule: str, verdict: str, said: str) -> str | None:
    """The words of the foreign client that confirm a verdict, at most 160 letters; None where they do not.

    A verdict without a pattern of its own is not confirmed.
    """
    patterns = found.signs.get(rule, {})
    pattern = patterns.get(verdict, patterns.get("*"))
    if pattern is None:
        return None
    match = re.search(pattern, said, re.DOTALL | re.MULTILINE)
    if match is None:
        return None
    shown = next((group for group in match.groups() if group), match[0])
    return " ".join(shown.split())[:160]


def has_sign(found: Confirmation, rule: str, verdict: str) -> bool:
    """Is there a pattern at all for this verdict?"""
    patterns = found.signs.get(rule, {})
    return verdict in patterns or "*" in patterns
