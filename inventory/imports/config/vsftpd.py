"""vsftpd: vsftpd.conf (vsftpd.conf(5))."""

from inventory.configuration import Family
from inventory.imports.dialects.service import ServiceNotes, Setting, simple_reader, yes

KNOWN_WORDS = """
allow_anon_ssl anon_mkdir_write_enable anon_other_write_enable anon_upload_enable anon_world_readable_only
anonymous_enable ascii_download_enable ascii_upload_enable async_abor_enable background check_shell chmod_enable
chown_uploads chroot_list_enable chroot_local_user connect_from_port_20 debug_ssl delete_failed_uploads
deny_email_enable dirlist_enable dirmessage_enable download_enable dual_log_enable force_dot_files
force_anon_data_ssl force_anon_logins_ssl force_local_data_ssl force_local_logins_ssl guest_enable hide_ids
implicit_ssl listen listen_ipv6 local_enable lock_upload_files log_ftp_protocol ls_recurse_enable mdtm_write
no_anon_password no_log_lock one_process_model passwd_chroot_enable pasv_addr_resolve pasv_enable pasv_promiscuous
port_enable port_promiscuous require_cert require_ssl_reuse run_as_launching_user secure_email_list_enable
session_support setproctitle_enable ssl_enable ssl_request_cert ssl_sslv2 ssl_sslv3 ssl_tlsv1 ssl_tlsv1_1
ssl_tlsv1_2 ssl_tlsv1_3 strict_ssl_read_eof strict_ssl_write_shutdown syslog_enable tcp_wrappers text_userdb_names
tilde_user_enable use_localtime use_sendfile userlist_deny userlist_enable validate_cert virtual_use_local_privs
write_enable xferlog_enable xferlog_std_format accept_timeout anon_max_rate anon_umask chown_upload_mode
connect_timeout data_connection_timeout delay_failed_login delay_successful_login file_open_mode ftp_data_port
idle_session_timeout listen_port local_max_rate local_umask max_clients max_login_fails max_per_ip pasv_max_port
pasv_min_port trans_chunk_size anon_root banned_email_file banner_file ca_certs_file chown_username chroot_list_file
cmds_allowed cmds_denied deny_file dsa_cert_file dsa_private_key_file email_password_file ftp_username ftpd_banner
guest_username hide_file listen_address listen_address6 local_root message_file nopriv_user pam_service_name
pasv_address rsa_cert_file rsa_private_key_file secure_chroot_dir ssl_ciphers user_config_dir user_sub_token
userlist_file vsftpd_log_file xferlog_file utf8_filesystem allow_writeable_chroot isolate isolate_network
seccomp_sandbox max_login_fails
"""
KNOWN = frozenset(KNOWN_WORDS.split())


def look(notes: ServiceNotes, found: list[Setting]) -> None:
    """Anonymous access, TLS."""
    last = {item.name: item for item in found}
    port = (
        int(last["listen_port"].value[:5]) % 65536
        if "listen_port" in last and last["listen_port"].value.isdecimal()
        else 21
    )
    anonymous = last.get("anonymous_enable")
    if anonymous is not None:
        notes.put("ftp", "anonymous", yes(anonymous.value), anonymous.line, port)
        if yes(anonymous.value) is False:
            notes.put("ftp", "anonymous_write", False, anonymous.line, port)
    write = last.get("anon_upload_enable") or last.get("anon_other_write_enable")
    if write is not None and anonymous is not None and yes(anonymous.value):
        general = last.get("write_enable")
        notes.put(
            "ftp",
            "anonymous_write",
            bool(yes(write.value)) and (general is None or bool(yes(general.value))),
            write.line,
            port,
        )
    tls = last.get("ssl_enable")
    if tls is not None:
        notes.put("ftp", "tls_offered", yes(tls.value), tls.line, port)
        if yes(tls.value) is False:
            notes.put("ftp", "plain_login", True, tls.line, port)
            notes.put("ftp", "tls_required", False, tls.line, port)
            notes.put("ftp", "implicit_tls", False, tls.line, port)
    forced = last.get("force_local_logins_ssl")
    if forced is not None and tls is not None and yes(tls.value):
        notes.put("ftp", "tls_required", yes(forced.value), forced.line, port)
        notes.put("ftp", "plain_login", not yes(forced.value), forced.line, port)
    if forced is not None and tls is not None and yes(tls.value) and yes(forced.value) is False:
        notes.put("ftp", "implicit_tls", False, forced.line, port)  # unless the next line says so (vsftpd.conf(5))
    if "implicit_ssl" in last:
        notes.put("ftp", "implicit_tls", yes(last["implicit_ssl"].value), last["implicit_ssl"].line, port)


FAMILY = Family(
    name="vsftpd",
    kind="service",
    vendor="vsftpd",
    marks=(
        (r"^\s*#?\s*anonymous_enable=", 6),
        (r"^\s*#?\s*(local_enable|write_enable|chroot_local_user|pasv_enable|xferlog_enable|dirmessage_enable)=", 3),
        (r"(?i)vsftpd", 2),
    ),
    read=simple_reader("vsftpd", KNOWN, look, separator=r"="),
    file_names=("vsftpd.conf",),
    layer="application",
)
