"""Passwords, keys and communities leave a configuration before it is read, quoted or stored.

Readers see the hidden form only, so that a replay sees what the check saw. What a verdict needs is kept as a word:
`**weak**` stands for a published default password or the user's own name, `**clear**` for text in the clear where the
command promises a cipher. Communities that are published defaults stay as they are: they are no secret.
"""

import re
from collections.abc import Callable

from inventory.configuration import blanked, split_lines
from inventory.imports.dialects.device import is_default_community, is_weak_password

LONGEST_LINE = 4096  # characters; what is beyond is cut before it is read
HIDDEN = "******"
WEAK = "**weak**"
CLEAR = "**clear**"

_KINDS = r"(?:simple|cipher|plain|plaintext|irreversible-cipher|hash|encrypted|ciphertext|clear|clear-text|hex|ascii-text|ascii|enc|sha1|sha256|sha512|scrypt|pbkdf2|0x[0-9a-f]+|md5|hmac-\S+|cmac-\S+|set-key|\d{1,5}(?=\s+(?:md5|hmac|cmac|sha|cipher|simple|plain))|\d{1,2})"
_POLICY = (
    r"(?!(?:first-login|expire|alert|history|policy|complexity\S*|min-\S+|max-\S+|length|recovery|original|chain|generate|config-key|zeroize|mypubkey|"
    r"pubkey\S*|exchange|strength\S*|encryption|display|expiration|protection|storage|authentication|authorization|accounting|required|"
    r"in|is|and|or|for|to|must|prompt|file|server|type|id|size|update|force-change|aging|warning|recoverable|no|yes|local|root|auth|priv|source|ring|label|modulus|export\S*|import|rsa|dsa|ecdsa|chat|debug|sync|change|retry|auth\S*|word|management|trustpoint|set-prefix|public|pair|ring\S*|fingerprint|version|hist\S*|minimum|change\S*)\b)"
)
_TEXT = r"(\"[^\"]*\"|'[^']*'|[^\s;,]+)"
_WORDS = (
    r"(?:password|passwd|pass|secret|passphrase|psksecret|hmac-key|pre-shared-key|preshared-key|psk|wpa-psk|shared-key|key-string|authentication-key|auth-key|login-password|"
    r"cak|encrypted-password|phash|requirepass|masterauth|message-digest-key \d+ md5|md5-password|md5-key|tacacs-key|radius-key|set authentication password|key)"
)
_SECRET = re.compile(
    rf"(?i)(?<![\w-])((?:(?:[a-z0-9]+[-_])*?(?:passwords?|passphrase|secret)|(?:auth|priv|db|mail|smtp|ftp|user)[-_]pass|{_WORDS})[\"']?(?:\s*[=:]\s*|\s+)(?:(?:authentication|authorization|accounting)\s+)?(?:address\s+\S+\s+key\s+)?(?:level\s+\d+\s+)?)((?:{_KINDS}\s+)*){_POLICY}{_TEXT}"
)
_MODES = re.compile(
    rf"(?i)((?:authentication-mode|privacy-mode)\s+(?:md5|sha\S*|hmac-\S+|simple|keychain|sm3|aes\S*|3?des\S*|sm4)\s+(?:\d+\s+)?(?:nonstandard\s+)?)({_KINDS}\s+)?{_TEXT}"
)
_USER_V3 = re.compile(
    r"(?i)((?<![\w-])(?:auth|priv)\s+(?:md5|sha\S*|3?des\S*|aes(?:[- ]?\d+)?)\s+)(encrypted\s+)?" + _TEXT
)
_CREATE_USER = re.compile(r"(?i)((?<![\w-])(?:MD5|SHA(?:-\d+)?|DES|AES(?:-?\d+)?)\s+)()" + _TEXT)
_CIPHER = re.compile(rf"(?i)((?<![\w-])(?:simple|cipher|irreversible-cipher)\s+)()(?!acl|mib-view){_TEXT}")
# What follows the receiver of traps and is no community: keywords, and the address behind the name of an interface.
_OF_HOST = r"version|vrf|use-vrf|traps?|informs?|source-interface|filter-vrf|community|poll|udp-port|port|disable|enable|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|[0-9a-f]*:[0-9a-f:]+"
_COMMUNITIES = tuple(
    re.compile(r"(?i)" + text)
    for text in (
        r"(snmp-agent\s+community\s+(?:read|write)\s+)(cipher\s+|simple\s+)?(\S+)",
        r"(snmp-server\s+community\s+)((?:\d|encrypted|cipher)\s+(?=\S+\s+(?:ro|rw|view)\b|(?!r[ow]\s*$)\S+\s*$))?(\S+)",
        rf"(snmp-server\s+host\s+\S+(?:\s+(?:vrf|use-vrf)\s+\S+)?(?:\s+(?:traps?|informs?))?\s+)()(?!(?:{_OF_HOST})\b)(\S+)",
        r"(snmp-server\s+host\s+.{1,80}\scommunity\s+)([08]\s+)?(\S+)",
        r"(^\s*host\s+\S+\s+(?:traps?|informs?)\s+version\s+(?:1|2c)\s+)((?:encrypted|clear)\s+)?(\S+)",
        r"(set\s+snmp\s+community\s+)()(?!read-)(\S+)",
        r"(^\s*community\s+)()(\S+)(?=\s*\{)",
        r"(^\s*proxy\s+.{0,80}?-c\s+)()(\S+)",
        r"(set\s+snmp\s+community\s+read-\S+\s+)()(\S+)",
        r"(/snmp community add .*name=)()(\S+)",
        r"(^\s*r[ow]community6?\s+)()(\S+)",
        r"(^\s*com2sec6?\s+(?:-Cn\s+\S+\s+)?\S+\s+\S+\s+)()(\S+)",
        r"(^\s*trapcommunity\s+)()(\S+)",
        r"(^\s*(?:trap2?|inform)sink\s+\S+\s+)()(\S+)",
        r"(snmp-server\s+host\s+\S+(?:\s+(?:vrf|use-vrf)\s+\S+)?(?:\s+(?:traps?|informs?))?(?:\s+version\s+(?:1|2c))(?:\s+encrypted)?\s+)()(\S+)",
        r"((?<![\w-])community\s+)()(\S+)(?=\s+sec-name)",
        r"((?:communityname|snmp-community-string|trapsess\s+\S+\s+\d)\s+)()([^\s;]+)",
        r"((?:trap-)?community=)()(\S+)",
        r"(securityname\s+)(cipher\s+|simple\s+)?(\S+)",
    )
)
_ATTRIBUTE = re.compile(
    r"(?i)([\"']?\b(?:password|pass|passwd|secret|keystorePass|truststorePass|encryptionKey)[\"']?\s*[=:]\s*)()(\"[^\"]*\"|'[^']*')"
)
_INLINE = re.compile(r"(?i)((?<![\w-])(?:password|passwd|pwd|secret)=)()([^\s'\";,&]+)")
_REDUNDANCY = re.compile(
    r"(?i)((?:^\s*authentication\s+text|(?:standby|vrrp|glbp)\s+\d+\s+authentication(?:\s+text|\s+md5\s+key-string(?:\s+\d)?)?)\s+)()(?!md5\b|text\b)(\S+)"
)
_POSITIONAL = re.compile(r"(?i)(^\s*mgmt-user\s+(?!ssh-pubkey\b)\S+\s+\S+\s+|\bstatic:[^:\s]{1,64}:)()(\S+)")
_IN_ADDRESS = re.compile(r"(://[^/\s:@]{1,64}:)()([^/\s@]{1,128})(?=@)")
_ACL_USER = re.compile(r"(^\s*user\s+\S+.*?\s[>#<!])()(\S+)")
_PROSE = re.compile(r"\s*(?:#|!|;|//)")
_OLD_SETTING = re.compile(
    r"(?i)\s*(?:#|!|;|//)\s{0,3}(?:requirepass|masterauth|password|secret|key|pass|snmp-\S+ community|r[ow]community|user|username|local-user|enable|com2sec)\s*=?\s*\S+\s*$|.*(?:[:=]\s*\S+\s*$)|.*\b(?:cipher|simple)\s"
)
_NAMED = re.compile(r"\s*([A-Za-z][\w .-]*?)\s*=")
_ENDS_SECRET = re.compile(r"(?i)(?:password|passwd|pass|secret|passphrase|psk|key|community)$")
_OWNER = re.compile(
    r"(?i)^\s*(?:local-user|username|user|manager-user|createuser)\s+\"?([^\s\"]+)|.*\busername=\"([^\"]+)\""
)
# Every pattern above needs one of these in the line: most lines have none, and are spared the patterns.
_TOKENS = (
    "community", "securityname", "com2sec", "trap", "snmp", "pass", "secret", "psk", "key", "cak", "phash", "masterauth",
    "-mode", "createuser", "simple", "cipher", "://", "user", "sink", "proxy", "authentication", "pwd", "static:",
)  # fmt: skip
PEM_KINDS = ("", "RSA ", "EC ", "ENCRYPTED ", "DSA ", "OPENSSH ", "SM2 ")


_HEADING = re.compile(
    r"\s*==> (?:/[\w./@-]{1,200}|[a-z-]{2,24}(?: [\w./-]{1,40}){0,4}) <==\s*"
)  # of a section, see config/host.py
_SHADOW = re.compile(r"^([^:\s]{1,64}:)\$\w{1,8}\$[^:\s]*(?=:)")  # shadow(5)


def hide(text: str) -> str:
    """The text with the same lines and without its secrets."""
    owner = ""
    lines = []
    for kind in PEM_KINDS:
        text = blanked(text, f"-----BEGIN {kind}PRIVATE KEY-----", "-----END", inside=True)
    for line in split_lines(text):
        if found := _OWNER.match(line):
            owner = found[1] or found[2]
        lines.append(_hide_line(line, owner))
    return "\n".join(lines)


def _hide_line(line: str, owner: str) -> str:
    line = line[:LONGEST_LINE]
    line = _SHADOW.sub(rf"\1{HIDDEN}", line)
    lower = line.lower()
    if not any(token in lower for token in _TOKENS):
        return line
    return _hidden(line, owner)


def _hidden(line: str, owner: str) -> str:
    if _HEADING.fullmatch(line) or (_PROSE.match(line) and not _OLD_SETTING.match(line)):
        return line
    for pattern in _COMMUNITIES:
        line = pattern.sub(_community, line)
    if re.match(r"(?i)\s*(?:snmp-server user|snmp-server group)", line):
        return _USER_V3.sub(_password(owner), line)
    if re.match(r"(?i)\s*createuser\s", line):
        return _CREATE_USER.sub(_password(owner), line)
    for pattern in (_ATTRIBUTE, _INLINE, _SECRET, _MODES, _CIPHER, _IN_ADDRESS, _ACL_USER, _REDUNDANCY, _POSITIONAL):
        if pattern is _SECRET and (named := _NAMED.match(line)) and not _ENDS_SECRET.search(named[1]):
            continue
        if pattern is _CIPHER and re.search(r"(?i)community|securityname|algorithm|server cipher|ssl|esp|ssh", line):
            continue
        line = pattern.sub(_password(owner), line)
    return line


def _community(found: re.Match[str]) -> str:
    text = found[3]
    kept = text if is_default_community(text) or text.startswith("*") else HIDDEN
    return found[1] + (found[2] or "") + kept


def _password(owner: str) -> Callable[[re.Match[str]], str]:
    def replaced(found: re.Match[str]) -> str:
        kind, text = (found[2] or "").strip().lower(), found[3]
        bare = text.strip("\"'")
        quote = text[0] if text[:1] in ('"', "'") and len(text) > 1 else ""
        if (
            not bare
            or bare.startswith("**")
            or (bare.isdecimal() and len(bare) < 7 and not kind and found[1].rstrip().lower().endswith("key"))
        ):
            return found[0]
        kind = kind.split()[-1] if kind else ""
        if kind in HASHES and not is_weak_password(bare, owner):
            word = HIDDEN
        elif is_weak_password(bare, owner):
            word = WEAK
        elif kind == "cipher" and len(bare) < 17 and not re.match(r"[%$@^#<*]", bare):
            word = CLEAR
        else:
            word = HIDDEN
        return found[1] + (found[2] or "") + quote + word + quote

    return replaced


HASHES = frozenset(
    {
        "irreversible-cipher",
        "hash",
        "encrypted",
        "ciphertext",
        "5",
        "6",
        "7",
        "8",
        "9",
        "10",
        "sha512",
        "pbkdf2",
        "scrypt",
    }
)
