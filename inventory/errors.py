"""One error tree.

ChengjianError
├── InputError            what a person or a file gave us is wrong           exit 2
│   ├── PermitError       a permit that cannot be used
│   ├── RuleError         a rule, pack, clause or profile that cannot be used
│   ├── WorkspaceError    a workspace or bundle that is damaged or of another version
│   └── ImportFormatError a file from another tool that we cannot read
├── RefusedByPermit       the permit does not allow it                       exit 4
│   └── PermitOver        it does not hold (any more): hours, expiry, revocation
└── ProbeError            an attempt to learn something did not succeed: the pipeline makes it an outcome
    ├── Closed            the port answered that nothing listens
    ├── Silent            nothing came back in time
    ├── Refused           the other side ended the conversation
    └── NotUnderstood     the answer is not of the protocol that we asked for
"""

from dataclasses import dataclass


class ChengjianError(Exception):
    """The root of everything we raise on purpose."""

    exit_code = 70


@dataclass
class InputError(ChengjianError):
    """Bad input: one line that names the file, the line or the field, and how to mend it.

    `source` is a file name or other origin, `where` a line number or a field path, `hint` one sentence.
    """

    message: str
    source: str = ""
    where: str = ""
    hint: str = ""
    exit_code = 2

    def __str__(self) -> str:
        place = ":".join(part for part in (self.source, self.where) if part)
        return (f"{place}: " if place else "") + self.message + (f" ({self.hint})" if self.hint else "")


class PermitError(InputError):
    """A permit that cannot be used."""


class RuleError(InputError):
    """A rule, pack, clause, waiver or profile that cannot be used."""


class WorkspaceError(InputError):
    """A workspace or bundle that is damaged, or of a version that we do not know."""


class ImportFormatError(InputError):
    """A file from another tool that we cannot read."""


class RefusedByPermit(ChengjianError):
    """The permit does not allow what was asked."""

    exit_code = 4


class PermitOver(RefusedByPermit):
    """The permit does not hold now: outside its hours, expired, or revoked. Stops a running scan."""


class ProbeError(ChengjianError):
    """An attempt to learn something did not succeed; `reason` is a short stable word for the outcome."""

    reason = "failed"


class Closed(ProbeError):
    """The port answered that nothing listens (RST or ICMP port unreachable)."""

    reason = "closed"


class Silent(ProbeError):
    """Nothing came back within the deadline."""

    reason = "timeout"


class Refused(ProbeError):
    """The other side ended the conversation before it answered."""

    reason = "reset"


class NotUnderstood(ProbeError):
    """The answer is not of the protocol that we asked for."""

    reason = "other-protocol"
