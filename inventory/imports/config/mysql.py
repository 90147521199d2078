"""MySQL and MariaDB: my.cnf and the files that it includes (also TiDB-like forks that read the same options)."""

from inventory.configuration import Family
from inventory.imports.dialects.service import ServiceNotes, Setting, everywhere, simple_reader, without_comment, yes

SERVER = frozenset({"mysqld", "server", "mariadb", "mariadbd", "mysqld_safe", "galera", "embedded"})
KNOWN_WORDS = """
user pid_file socket port basedir datadir tmpdir lc_messages_dir lc_messages skip_external_locking skip_name_resolve
bind_address mysqlx_bind_address mysqlx_port key_buffer_size key_buffer max_allowed_packet thread_stack
thread_cache_size table_cache table_open_cache table_definition_cache max_connections max_connect_errors
query_cache_limit query_cache_size query_cache_type log_error log_warnings log_error_verbosity general_log
general_log_file slow_query_log slow_query_log_file long_query_time log_slow_verbosity log_slow_rate_limit
log_queries_not_using_indexes log_output log_bin log_bin_index server_id expire_logs_days binlog_expire_logs_seconds
max_binlog_size binlog_format binlog_cache_size binlog_do_db binlog_ignore_db sync_binlog relay_log relay_log_index
log_slave_updates log_replica_updates gtid_mode enforce_gtid_consistency character_set_server collation_server
init_connect default_storage_engine default_character_set sql_mode lower_case_table_names
explicit_defaults_for_timestamp innodb_buffer_pool_size innodb_buffer_pool_instances innodb_log_file_size
innodb_log_buffer_size innodb_flush_log_at_trx_commit innodb_flush_method innodb_file_per_table
innodb_data_file_path innodb_data_home_dir innodb_log_group_home_dir innodb_lock_wait_timeout innodb_io_capacity
innodb_read_io_threads innodb_write_io_threads innodb_thread_concurrency innodb_open_files innodb_encrypt_tables
innodb_strict_mode innodb_autoinc_lock_mode innodb_doublewrite innodb_print_all_deadlocks innodb_stats_on_metadata
sort_buffer_size read_buffer_size read_rnd_buffer_size join_buffer_size tmp_table_size max_heap_table_size
bulk_insert_buffer_size myisam_sort_buffer_size myisam_recover_options wait_timeout interactive_timeout
connect_timeout back_log open_files_limit ssl ssl_ca ssl_cert ssl_key ssl_cipher tls_version tls_ciphersuites
require_secure_transport skip_ssl skip_grant_tables skip_networking local_infile secure_file_priv
default_authentication_plugin authentication_policy default_password_lifetime password_history
password_reuse_interval validate_password validate_password_policy validate_password_length plugin_load
plugin_load_add plugin_dir symbolic_links skip_show_database old_passwords secure_auth event_scheduler
replicate_do_db read_only super_read_only performance_schema host password prompt default_auth no_auto_rehash quick
quote_names nice wsrep_on wsrep_provider wsrep_cluster_name wsrep_cluster_address wsrep_node_name wsrep_node_address
wsrep_sst_method wsrep_slave_threads group_concat_max_len transaction_isolation automatic_sp_privileges
admin_address admin_port audit_log_format server_audit_logging server_audit_events disabled_storage_engines
auto_increment_increment auto_increment_offset report_host report_port max_user_connections
"""
KNOWN = frozenset(KNOWN_WORDS.split())


def look(notes: ServiceNotes, found: list[Setting]) -> None:
    """Addresses, TLS, authentication."""
    server = [item for item in found if item.section in SERVER or item.section.startswith(("mysqld-", "mariadb-"))]
    last = {item.name: item for item in server}
    port = last.get("port")
    number = int(port.value[:5]) % 65536 if port is not None and port.value.isdecimal() else 3306
    for name, item in last.items():
        value = without_comment(item.value)
        if name == "bind_address":
            notes.put(
                "mysql", "listens_everywhere", any(everywhere(part) for part in value.split(",")), item.line, number
            )
        elif name == "require_secure_transport":
            notes.put("mysql", "tls_required", yes(value), item.line, number)
        elif name in ("skip_ssl",) or (name == "ssl" and yes(value) is False):
            notes.put("mysql", "tls_offered", False, item.line, number)
        elif name == "ssl_cert" and value:
            notes.put("mysql", "tls_offered", True, item.line, number)
        elif name == "default_authentication_plugin" and value:
            notes.put("mysql", "authentication_plugin", value[:64], item.line, number)
            notes.put(
                "mysql",
                "weak_authentication",
                value in ("mysql_native_password", "mysql_old_password"),
                item.line,
                number,
            )
        elif name == "skip_grant_tables" and yes(value or "on"):
            notes.put("database", "authentication_required", False, item.line, number)
            notes.put("database", "family", "mysql", item.line, number)
    for item in found:
        if item.name == "password" and item.value:
            notes.interest("plain_or_weak_password", item.line)


FAMILY = Family(
    name="mysql",
    kind="service",
    vendor="mysql",
    marks=(
        (r"^\s*\[(mysqld|mariadb|mariadbd|mysqld_safe|mysqldump|client-server)\]", 8),
        (r"^\s*(innodb_\w+|max_allowed_packet|lc-messages-dir|skip-external-locking|log-bin|log_bin)", 4),
    ),
    read=simple_reader(
        "mysql",
        KNOWN,
        look,
        comments="#;!",
        separator=r"\s*=\s*",
        sections=True,
        normal=lambda name: name.removeprefix("loose_").replace("-", "_"),
    ),
    file_names=("my.cnf", "mysqld.cnf", "50-server.cnf", "my.ini"),
    layer="database",
)
