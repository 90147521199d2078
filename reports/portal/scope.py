"""Who may see what: roles, and the departments or systems that an account is limited to."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles of the portal."""

    OFFICER = "officer"
    AUDITOR = "auditor"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True)
class Scope:
    """What an account may see: everything (`None`), or only these departments or systems, by the names of the register."""

    departments: tuple[str, ...] | None = None
    systems: tuple[str, ...] | None = None

    @property
    def whole(self) -> bool:
        """Is it everything?"""
        return self.departments is None and self.systems is None

    def holds(self, department: str, system: str) -> bool:
        """Does a thing of that department and system lie in it?"""
        return (self.departments is None or department in self.departments) and (
            self.systems is None or system in self.systems
        )

    def sql(self) -> tuple[str, list[object]]:
        """The same as a condition over the columns `department` and `system`, and its parameters."""
        parts: list[str] = []
        values: list[object] = []
        for column, allowed in (("department", self.departments), ("system", self.systems)):
            if allowed is not None:
                parts.append(f"{column} IN ({', '.join('?' * len(allowed))})")
                values += allowed
        return " AND ".join(parts) or "1", values


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in."""

    name: str
    role: Role
    scope: Scope
    language: str = "zh"


def scope_for(role: Role, departments: Sequence[str], systems: Sequence[str]) -> Scope:
    """The scope of an account. Nobody named: everything for officers and auditors, nothing at all for vendors."""
    if role is Role.VENDOR:
        return Scope(tuple(departments) or None, tuple(systems))
    return Scope(tuple(departments) or None, tuple(systems) or None)
