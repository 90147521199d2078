"""Linux accounts: login.defs and pwquality.conf."""

from inventory.configuration import Family
from inventory.imports.dialects.service import ServiceNotes, Setting, simple_reader

KNOWN_WORDS = """
mail_dir mail_file faillog_enab log_unkfail_enab log_ok_logins syslog_su_enab syslog_sg_enab ftmp_file su_name
env_supath env_path ttygroup ttyperm erasechar killchar umask home_mode pass_max_days pass_min_days pass_warn_age
pass_min_len uid_min uid_max sys_uid_min sys_uid_max sub_uid_min sub_uid_max sub_uid_count gid_min gid_max
sys_gid_min sys_gid_max sub_gid_min sub_gid_max sub_gid_count login_retries login_timeout chfn_restrict default_home
usergroups_enab create_home encrypt_method sha_crypt_min_rounds sha_crypt_max_rounds yescrypt_cost_factor
nonexistent prevent_no_auth hushlogin_file userdel_cmd md5_crypt_enab console minlen dcredit ucredit lcredit ocredit
minclass maxrepeat maxclassrepeat difok dictcheck usercheck enforcing badwords dictpath retry enforce_for_root
gecoscheck usersubstr local_users_only
"""
KNOWN = frozenset(KNOWN_WORDS.split())


def look(notes: ServiceNotes, found: list[Setting]) -> None:
    """Age, length and complexity of passwords."""
    for item in found:
        value = item.value.split()[0] if item.value.split() else ""
        if item.name == "pass_max_days" and value.isdecimal():
            notes.put("host_config", "password_days", int(value[:6]), item.line)
        elif item.name in ("pass_min_len", "minlen") and value.isdecimal():
            notes.put("host_config", "password_minimum_length", int(value[:4]), item.line)
        elif item.name == "minclass" and value.isdecimal():
            notes.put("host_config", "password_complexity", int(value[:2]) >= 3, item.line)


FAMILY = Family(
    name="login_defs",
    kind="service",
    vendor="linux",
    marks=(
        (r"^\s*PASS_MAX_DAYS\s", 8),
        (r"^\s*(UID_MIN|UMASK|ENCRYPT_METHOD|MAIL_DIR)\s", 4),
        (r"^\s*#?\s*(minlen|dcredit|ucredit|minclass)\s*=", 6),
    ),
    read=simple_reader("login_defs", KNOWN, look),
    file_names=("login.defs", "pwquality.conf"),
    layer="operating_system",
)
