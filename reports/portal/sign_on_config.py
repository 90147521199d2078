"""`oidc.yaml`: the provider that a city's people log in at, and which of its claims give which role and scope.

Whoever no grant fits stays outside. Every error names the file and the field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from inventory.errors import InputError
from inventory.text import Text
from reports.portal.scope import Role

LARGEST = 64 * 1024  # bytes
LOOPBACK = ("127.0.0.1", "::1", "localhost")
BACK = "/login/oidc/back"  # where the provider sends people back to


class SignOnError(Exception):
    """Logging in by the provider failed: `code` is a label of the portal, the text is for the operator's log."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


def safe_address(address: str) -> str:
    """An address that secrets may be sent to: https, or this machine. Raises ValueError."""
    parts = urlsplit(address)
    if not parts.hostname or parts.username is not None or parts.fragment:
        raise ValueError("is not an address")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("must begin with https://")
    return address


Address = Annotated[str, AfterValidator(safe_address)]
Claim = Annotated[str, Field(min_length=1, max_length=100)]
Names = tuple[Annotated[str, Field(min_length=1, max_length=100)], ...]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Grant(_Part):
    """Who has `value` in `claim` (a text, or a list of texts) gets the role. The scope is what is named here, or what the
    claims `departments_from` and `systems_from` name; such a claim that is missing lets nobody in."""

    claim: Claim
    value: Annotated[str, Field(min_length=1, max_length=200)]
    role: Role
    departments: Names = ()
    systems: Names = ()
    departments_from: Claim | None = None
    systems_from: Claim | None = None

    @model_validator(mode="after")
    def _scoped(self) -> Self:
        if self.role is Role.VENDOR and not self.systems and self.systems_from is None:
            raise ValueError("a vendor needs systems or systems_from")
        return self


class SignOnConfig(_Part):
    """The whole file. Paths are relative to it. Without `secret_file` the portal is a public client."""

    format: Literal["chengjian-oidc/1"]
    issuer: Address
    client_id: Annotated[str, Field(min_length=1, max_length=200)]
    portal: Address
    secret_file: Path | None = None
    secret_by: Literal["basic", "post"] = "basic"  # noqa: S105
    authority_file: Path | None = None
    scopes: Names = ("openid", "profile")
    name_claim: Claim = "preferred_username"
    title: Text = Text(zh="统一身份认证登录", en="Log in with the city's account")
    grants: Annotated[tuple[Grant, ...], Field(min_length=1)]
    base: Path = Path()

    @property
    def back(self) -> str:
        """The redirect address that is registered with the provider."""
        return self.portal.rstrip("/") + BACK

    def secret(self) -> str | None:
        """The client's secret, from a file that others cannot read. Raises InputError."""
        if self.secret_file is None:
            return None
        path = self.base / self.secret_file
        if not path.is_file() or path.stat().st_mode & 0o077:
            raise InputError("is missing, or others may read it", str(path), hint="chmod 600")
        return (path.read_text(encoding="utf-8").splitlines() or [""])[0]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the provider vouches for, as the portal will know them."""

    name: str
    role: Role
    departments: tuple[str, ...]
    systems: tuple[str, ...]


def granted(config: SignOnConfig, claims: Mapping[str, Any]) -> tuple[Role, tuple[str, ...], tuple[str, ...]]:
    """Role, departments and systems by the first grant that fits. Raises SignOnError."""
    for grant in config.grants:
        if grant.value not in _texts(claims.get(grant.claim)):
            continue
        departments, systems = grant.departments, grant.systems
        if grant.departments_from is not None:
            departments = (*departments, *_scope(claims, grant.departments_from))
        if grant.systems_from is not None:
            systems = (*systems, *_scope(claims, grant.systems_from))
        return grant.role, departments, systems
    raise SignOnError("sign_on_no_role", "no grant fits the claims")


def _texts(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(item for item in values if isinstance(item, str) and item)


def _scope(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = _texts(claims.get(name))
    if not found:
        raise SignOnError("sign_on_no_role", f"the claim {name} is missing")
    return found


def load_sign_on(path: Path) -> SignOnConfig:
    """Read the file. Raises InputError with file and field."""
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise InputError(f"larger than {LARGEST} bytes", str(path))
        values = yaml.safe_load(data.decode())
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", str(path)) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}" if mark else ""
        raise InputError(f"not valid YAML: {error.problem}", str(path), where) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError(f"not valid YAML: {error}", str(path)) from error
    if not isinstance(values, dict) or "base" in values:
        raise InputError("is a mapping of format, issuer, client_id, portal and grants", str(path), hint=HINT)
    try:
        return SignOnConfig.model_validate({**values, "base": path.parent})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        message = {"missing": "is missing", "extra_forbidden": "unknown key"}.get(first["type"], first["msg"])
        raise InputError(message.removeprefix("Value error, "), str(path), field, HINT) from error


HINT = "see docs/portal.md"
