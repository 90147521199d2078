"""How Huawei VRP and H3C Comware keep accounts: locking after wrong passwords, age, length and history of passwords."""

from inventory.imports.dialects.device import DeviceNotes, number
from inventory.imports.dialects.lines import Line

# How many wrong passwords lock an account: a command's first words, and the word before the number.
LOCKOUTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("local-aaa-user", "wrong-password"), "retry-time"),
    (("local-user", "wrong-password"), "retry-time"),
    (("user-block", "failed-times"), "failed-times"),
    (("lock-authentication", "failed-count"), "failed-count"),
    (("lock-authentication", "enable"), ""),
    (("local-user",), "fail-times"),
)
# Negated, these bring back the default number, and do not switch the lock off.
BACK_TO_DEFAULT = ("failed-count", "fail-times")


def lockout(notes: DeviceNotes, line: Line) -> None:
    """Locking of accounts; 0 is never, and outweighs any number."""
    for prefix, word in LOCKOUTS:
        if not line.starts(*prefix):
            continue
        tries = number(line.after(word)) if word else None
        if line.negated and word not in BACK_TO_DEFAULT:
            tries = 0
        if tries is not None:
            notes.worst("login_tries", tries, line.number, endless=0)
        return


def password_policy(notes: DeviceNotes, line: Line) -> None:
    """The policy of VRP for passwords of local users."""
    words, last = line.words, number(line.words[-1])
    if line.starts("password", "expire") and last is not None:
        notes.worst("password_days", last, line.number, endless=0)
    elif line.starts("password", "alert", "before-expire"):
        if line.negated or last is not None:
            notes.setting("password_warning_days", 0 if line.negated else last or 0, line.number)
    elif line.starts("password", "alert", "original"):
        notes.every("password_change_first_login", not line.negated, line.number)
    elif line.starts("password", "history", "record"):
        if line.negated or last is not None:
            value = 0 if line.negated else last or 0
            before = notes.values.get("password_history")
            if before is None or value < int(before):
                notes.setting("password_history", value, line.number)
    elif line.starts("password", "min-length|length") and last is not None:
        notes.setting("password_minimum_length", last, line.number)
    elif line.starts("password", "complexity-check") or "complexity" in words:
        notes.setting("password_complexity", not line.negated, line.number)


def password_control(notes: DeviceNotes, line: Line) -> None:
    """The policy of Comware."""
    last = number(line.words[-1])
    if line.starts("password-control", "length") and last is not None:
        notes.setting("password_minimum_length", last, line.number)
    elif line.starts("password-control", "aging|history", "enable"):
        if line.negated:
            notes.setting("password_days" if line.words[1] == "aging" else "password_history", 0, line.number)
    elif line.starts("password-control", "aging") and last is not None:
        notes.setting("password_days", last, line.number)
    elif line.starts("password-control", "history") and last is not None:
        notes.setting("password_history", last, line.number)
    elif (
        line.starts("password-control", "login-attempt")
        and number(line.words[2] if len(line.words) > 2 else "") is not None
    ):
        notes.setting("login_tries", number(line.words[2]) or 0, line.number)
    elif line.starts("password-control", "composition") or line.starts("password-control", "complexity"):
        notes.setting("password_complexity", not line.negated, line.number)
    elif line.starts("password-control", "alert-before-expire") and last is not None:
        notes.setting("password_warning_days", last, line.number)
    elif line.starts("password-control", "change-password", "first-login"):
        notes.setting("password_change_first_login", not line.negated, line.number)
