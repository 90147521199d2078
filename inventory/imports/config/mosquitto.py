"""Eclipse Mosquitto: mosquitto.conf (mosquitto.conf(5))."""

from inventory.configuration import Family
from inventory.imports.dialects.service import ServiceNotes, Setting, loopback, simple_reader, yes

KNOWN_WORDS = """
acl_file allow_anonymous allow_duplicate_messages allow_zero_length_clientid auth_opt_ auth_plugin plugin
autosave_interval autosave_on_changes auto_id_prefix bind_address bind_interface cafile capath certfile ciphers
ciphers_tls1.3 clientid_prefixes connection_messages crlfile dhparamfile global_plugin http_dir include_dir keyfile
listener log_dest log_facility log_timestamp log_timestamp_format log_type max_connections max_inflight_bytes
max_inflight_messages max_keepalive max_packet_size max_qos max_queued_bytes max_queued_messages max_topic_alias
memory_limit message_size_limit mount_point password_file per_listener_settings persistence persistence_file
persistence_location persistent_client_expiration pid_file port protocol psk_file psk_hint queue_qos0_messages
require_certificate retain_available set_tcp_nodelay socket_domain store_clean_interval sys_interval tls_engine
tls_engine_kpass_sha1 tls_keyform tls_version upgrade_outgoing_qos use_identity_as_username use_subject_as_username
use_username_as_clientid user websockets_headers_size websockets_log_level connection address addresses topic
bridge_attempt_unsubscribe bridge_bind_address bridge_cafile bridge_capath bridge_certfile bridge_insecure
bridge_keyfile bridge_protocol_version bridge_psk bridge_identity bridge_tls_version cleansession try_private
start_type remote_clientid remote_username remote_password local_clientid local_username local_password
notifications keepalive_interval idle_timeout restart_timeout threshold round_robin bridge_outgoing_retain
bridge_require_ocsp bridge_alpn
"""
KNOWN = frozenset(KNOWN_WORDS.split())


def look(notes: ServiceNotes, found: list[Setting]) -> None:
    """Listeners, what each of them has, and whether anonymous clients are let in."""
    listeners: list[tuple[int, int, bool, list[Setting]]] = []
    general: list[Setting] = []
    apart = any(item.name == "per_listener_settings" and yes(item.value) for item in found)
    for item in found:
        words = item.value.split()
        if item.name in ("listener", "port") and words and words[0].isdecimal():
            number = int(words[0][:5]) % 65536
            listeners.append((number, item.line, len(words) > 1 and loopback(words[1]), []))
        elif listeners and (apart or item.name not in ("allow_anonymous", "password_file")):
            listeners[-1][3].append(item)
        else:
            general.append(item)
    for (
        number,
        line,
        local,
        inside,
    ) in listeners:  # without one, newer versions answer on the loopback alone, older ones all
        tls = any(item.name in ("certfile", "keyfile") for item in inside)
        if line and number:
            notes.put("mqtt", "tls", tls, line, number)
            notes.put("mqtt", "plain_listener", not tls and not local, line, number)
        for item in inside if apart else general:
            if item.name == "allow_anonymous" and number and not local:
                notes.put("mqtt", "anonymous", yes(item.value), item.line, number)


FAMILY = Family(
    name="mosquitto",
    kind="service",
    vendor="eclipse",
    marks=(
        (r"^\s*allow_anonymous\s+(true|false)", 6),
        (r"^\s*listener\s+\d+", 4),
        (r"^\s*(persistence_location|password_file|acl_file|per_listener_settings|log_dest|include_dir)\s", 3),
        (r"(?i)mosquitto", 2),
    ),
    read=simple_reader("mosquitto", KNOWN, look),
    file_names=("mosquitto.conf",),
    layer="iot",
)
