"""Redis and Valkey: redis.conf (the commented file of the distribution)."""

from inventory.configuration import Family
from inventory.imports.dialects.device import is_weak_password
from inventory.imports.dialects.service import ServiceNotes, Setting, everywhere, loopback, simple_reader, yes

KNOWN_WORDS = """
include loadmodule bind bind-source-addr protected-mode enable-protected-configs enable-debug-command
enable-module-command port tcp-backlog unixsocket unixsocketperm timeout tcp-keepalive socket-mark-id tls-port
tls-cert-file tls-key-file tls-key-file-pass tls-client-cert-file tls-client-key-file tls-dh-params-file
tls-ca-cert-file tls-ca-cert-dir tls-auth-clients tls-replication tls-cluster tls-protocols tls-ciphers
tls-ciphersuites tls-prefer-server-ciphers tls-session-caching tls-session-cache-size tls-session-cache-timeout
daemonize supervised pidfile loglevel logfile syslog-enabled syslog-ident syslog-facility crash-log-enabled
crash-memcheck-enabled databases always-show-logo set-proc-title proc-title-template locale-collate save
stop-writes-on-bgsave-error rdbcompression rdbchecksum sanitize-dump-payload dbfilename rdb-del-sync-files dir
replicaof slaveof masterauth masteruser replica-serve-stale-data slave-serve-stale-data replica-read-only
slave-read-only repl-diskless-sync repl-diskless-sync-delay repl-diskless-sync-max-replicas repl-diskless-load
repl-ping-replica-period repl-timeout repl-disable-tcp-nodelay repl-backlog-size repl-backlog-ttl replica-priority
slave-priority replica-announced min-replicas-to-write min-replicas-max-lag replica-announce-ip
replica-announce-port tracking-table-max-keys acllog-max-len aclfile user requirepass acl-pubsub-default
rename-command maxclients maxmemory maxmemory-policy maxmemory-samples maxmemory-eviction-tenacity
replica-ignore-maxmemory active-expire-effort lazyfree-lazy-eviction lazyfree-lazy-expire lazyfree-lazy-server-del
replica-lazy-flush slave-lazy-flush lazyfree-lazy-user-del lazyfree-lazy-user-flush io-threads io-threads-do-reads
oom-score-adj oom-score-adj-values disable-thp appendonly appendfilename appenddirname appendfsync
no-appendfsync-on-rewrite auto-aof-rewrite-percentage auto-aof-rewrite-min-size aof-load-truncated
aof-use-rdb-preamble aof-timestamp-enabled shutdown-timeout shutdown-on-sigint shutdown-on-sigterm lua-time-limit
busy-reply-threshold cluster-enabled cluster-config-file cluster-node-timeout cluster-port
cluster-replica-validity-factor cluster-migration-barrier cluster-allow-replica-migration
cluster-require-full-coverage cluster-replica-no-failover cluster-allow-reads-when-down cluster-announce-ip
cluster-announce-port cluster-announce-tls-port cluster-announce-bus-port slowlog-log-slower-than slowlog-max-len
latency-monitor-threshold latency-tracking latency-tracking-info-percentiles notify-keyspace-events
hash-max-listpack-entries hash-max-listpack-value hash-max-ziplist-entries hash-max-ziplist-value
list-max-listpack-size list-max-ziplist-size list-compress-depth set-max-intset-entries set-max-listpack-entries
set-max-listpack-value zset-max-listpack-entries zset-max-listpack-value zset-max-ziplist-entries
zset-max-ziplist-value hll-sparse-max-bytes stream-node-max-bytes stream-node-max-entries activerehashing
client-output-buffer-limit client-query-buffer-limit maxmemory-clients proto-max-bulk-len hz dynamic-hz
aof-rewrite-incremental-fsync rdb-save-incremental-fsync lfu-log-factor lfu-decay-time activedefrag
active-defrag-ignore-bytes active-defrag-threshold-lower active-defrag-threshold-upper active-defrag-cycle-min
active-defrag-cycle-max active-defrag-max-scan-fields jemalloc-bg-thread server-cpulist bio-cpulist
aof-rewrite-cpulist bgsave-cpulist ignore-warnings propagation-error-behavior replica-ignore-disk-write-errors
sentinel
"""
KNOWN = frozenset(KNOWN_WORDS.split())


def look(notes: ServiceNotes, found: list[Setting]) -> None:
    """Whether anybody gets in: password or users, protected mode, addresses."""
    last = {item.name: item for item in found}
    port = _number(last.get("port"), 6379)
    encrypted = _number(last.get("tls-port"), 0)
    ports = [(number, tls) for number, tls in ((port, False), (encrypted, True)) if number] or [(6379, False)]
    guards = [item for item in found if item.name in ("requirepass", "aclfile") and item.value]
    guards += [
        item for item in found if item.name == "user" and item.value.startswith("default ") and ">" in item.value
    ]
    guarded = [item for item in guards if not (item.name == "requirepass" and is_weak_password(item.value))]
    bound = last.get("bind")
    protected = last.get("protected-mode")
    for number, tls in ports:
        line = last["tls-port" if tls else "port"].line if ("tls-port" if tls else "port") in last else 0
        if line:
            notes.put("redis", "tls", tls, line, number)
        if protected is not None:
            notes.put("redis", "protected_mode", yes(protected.value), protected.line, number)
        if guarded:
            notes.put("redis", "authentication_required", True, guarded[0].line, number)
        elif guards:
            notes.interest("plain_or_weak_password", guards[0].line)
        elif protected is not None and yes(protected.value) is False and not _local(bound):
            notes.put("redis", "authentication_required", False, protected.line, number)
            if bound is not None:
                notes.rows[("redis", "tcp", number)][1]["authentication_required"].append(bound.line)


def _local(bound: Setting | None) -> bool:
    addresses = bound.value.split() if bound is not None else ["*"]
    return bool(addresses) and all(loopback(address) for address in addresses) and not any(map(everywhere, addresses))


def _number(item: Setting | None, otherwise: int) -> int:
    return int(item.value[:5]) % 65536 if item is not None and item.value.isdecimal() else otherwise


FAMILY = Family(
    name="redis",
    kind="service",
    vendor="redis",
    marks=(
        (r"^\s*(protected-mode|appendonly|appendfsync|rdbcompression|dbfilename|stop-writes-on-bgsave-error)\s", 5),
        (r"^\s*(requirepass|masterauth|rename-command|maxmemory-policy|replica-\S+|slave-\S+)\s", 4),
        (r"(?i)redis configuration file", 6),
        (r"^\s*save \d+ \d+", 2),
    ),
    read=simple_reader("redis", KNOWN, look),
    file_names=("redis.conf", "valkey.conf"),
    layer="database",
)
