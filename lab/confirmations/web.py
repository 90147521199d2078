"""What speaks HTTP: curl, in the clear and inside TLS, with the pages that the rules look at."""

from lab.city import Host, Service
from lab.confirmation import Ask, Confirmation, Words

LEAKS = ("/.git/HEAD", "/backup.sql", "/actuator/env", "/v3/api-docs", "/.env", "/h2-console/", "/nginx_status")
REFUSED = r"^HTTP/\S+ 40[13][^\n]*"
NO_GOOD_PAGE = r"\A(?!.*(?:{})).*?(^HTTP/\S+ [^\n]*)"
PLAIN = r"^url http://[^\n]*\s+(HTTP/\S+ [^\n]*)"


def get(url: str, *options: str) -> Words:
    """One page with its head; a line before it says which."""
    return (
        "curl",
        "-s",
        "-k",
        "-i",
        "--max-time",
        "8",
        "-w",
        r"\n",
        "--ciphers",
        "DEFAULT@SECLEVEL=0",
        *options,
        "-o",
        "-",
        url,
    )


def pages(*paths: str) -> Ask:
    """These pages, inside TLS where the service speaks it, else in the clear."""

    def ask(host: Host, service: Service) -> tuple[Words, ...]:
        both = [f"{scheme}://{host.address}:{service.port}{path}" for path in paths for scheme in ("https", "http")]
        return tuple(get(url) for url in both)

    return ask


def interface(name: str, services: tuple[str, ...], path: str, rule: str, opened: str) -> Confirmation:
    """An interface over HTTP that either gives away what only its users should see, or refuses."""
    return Confirmation(name, services, pages(path), {rule: {"fail": opened, "pass": REFUSED}})


def front(host: Host, service: Service) -> tuple[Words, ...]:
    """The front page, and what port 80 says where it only redirects."""
    asked = pages("/")(host, service)
    return (*asked, get(f"http://{host.address}/")) if "redirect" in service.settings else asked


def options(host: Host, service: Service) -> tuple[Words, ...]:
    return (*front(host, service), *(get(words[-1], "-X", "OPTIONS") for words in pages("/")(host, service)))


def onvif(host: Host, service: Service) -> tuple[Words, ...]:
    body = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
        '<GetDeviceInformation xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>'
    )
    action = "http://www.onvif.org/ver10/device/wsdl/GetDeviceInformation"
    kind = f'Content-Type: application/soap+xml; charset=utf-8; action="{action}"'
    return tuple(get(words[-1], "-H", kind, "-d", body) for words in pages("/onvif/device_service")(host, service))


def absent(header: str, status: str = r"(^HTTP/\S+ [^\n]*)") -> str:
    """An answer came and this is nowhere in it; what is shown is the status line."""
    return rf"(?i)\A(?!.*{header}).*?{status}"


HTTP = ("http", "https", "etcd", "prometheus", "influxdb")
EXPOSED = {
    "ds-web-source-exposed": r"(ref: refs/heads/\S+)",
    "ds-web-backup-exposed": r"(-- MariaDB dump[^\n]*)",
    "ds-web-debug-exposed": r"(\"activeProfiles\"[^\n]*)",
    "ds-web-api-description": r"(\"openapi\"[^\n]*)",
    "ds-web-configuration-exposed": r"(DB_HOST=[^\n]*)",
    "ds-web-console-open": r"(<title>H2 Console</title>)",
    "ds-web-status-page": r"(Active connections: \d+)",
}
ONLY_CLEAR = r"\A(?!.*^HTTP/\S+ [^\n]*\n.*https).*?(^HTTP/\S+ [^\n]*)"
CONFIRMATIONS = (
    Confirmation(
        "http",
        HTTP,
        options,
        {
            "da-web-overseas-resources": {"fail": r"(https://fonts\.googleapis\S+)", "pass": absent("googleapis")},
            "ds-http-basic-plain": {
                "fail": r"(?i)(^www-authenticate: basic[^\n]*)",
                "pass": r"(?i)(^www-authenticate: basic[^\n]*)",
                "not_applicable": absent("www-authenticate: basic"),
            },
            "ds-http-cookie-flags": {
                "fail": r"(?i)(^set-cookie: (?![^\n]*httponly)[^\n]*)",
                "pass": r"(?i)(^set-cookie: [^\n]*secure[^\n]*)",
                "not_applicable": absent("^set-cookie:"),
            },
            "ds-http-cors-any-origin": {
                "fail": r"(?i)(^access-control-allow-origin: \*)",
                "pass": absent(r"^access-control-allow-origin: \*"),
            },
            "ds-http-directory-listing": {"fail": r"(<title>Index of /</title>)", "pass": absent("Index of /")},
            "ds-http-hsts": {
                "fail": absent("strict-transport-security"),
                "pass": r"(?i)(^strict-transport-security: [^\n]*)",
                "not_applicable": absent("strict-transport-security"),
            },
            "ds-http-login-plain": {
                "*": r"(<input type=\"password\"[^>]*>)",
                "not_applicable": absent('type="?password'),
            },
            "ds-http-mixed-content": {
                "fail": r"(<script src=\"http://[^>]*>)",
                "pass": absent('src="http://'),
                "not_applicable": r"(^HTTP/\S+ [^\n]*)",
            },
            "ds-http-not-redirected": {
                "pass": r"(^HTTP/1\.1 301[^\n]*)",
                "fail": absent("^HTTP/1.1 30[12]"),
                "not_applicable": r"(^HTTP/\S+ [^\n]*)",
            },
            "ds-http-trace": {
                "fail": r"(?i)(^allow: [^\n]*TRACE[^\n]*)",
                "pass": r"(?i)(^allow: (?![^\n]*TRACE)[^\n]*)",
                "not_assessed": absent("^allow: "),
            },
        },
    ),
    Confirmation(
        "http_exposure",
        HTTP,
        pages(*LEAKS),
        {
            rule: {"fail": sign, "pass": absent(sign.strip("()")), "not_assessed": r"(^HTTP/\S+ [^\n]*)"}
            for rule, sign in EXPOSED.items()
        },
    ),
    Confirmation(
        "http_personal_data",
        HTTP,
        pages("/", "/api/v1/persons"),
        {
            "ds-web-personal-data": {
                "fail": r"(\"id_card\": ?\"45\d{15}[\dX]\")",
                "pass": absent(r"45\d{15}[\dX]"),
                "not_assessed": r"(^HTTP/\S+ (?:30[12]|40[134])[^\n]*)",
            },
            "ds-web-personal-data-plain": {
                "fail": r"(\"id_card\": ?\"45\d{15}[\dX]\")",
                "pass": r"(\"id_card\": ?\"45\d{15}[\dX]\")",
                "not_applicable": absent(r"45\d{15}[\dX]"),
                "not_assessed": r"(^HTTP/\S+ (?:30[12]|40[134])[^\n]*)",
            },
        },
    ),
    Confirmation("docker", ("docker",), pages("/containers/json"), {"ds-docker-open": {"fail": r"(^\[\])"}}),
    interface(
        "elasticsearch", ("elasticsearch",), "/_cat/indices", "ds-elasticsearch-authentication", r"(green open [^\n]*)"
    ),
    interface("etcd", ("etcd", "etcd-closed"), "/v2/keys/", "ds-etcd-open", r"(\"action\": ?\"get\"[^\n]*)"),
    interface(
        "consul", ("consul-open", "consul-closed"), "/v1/catalog/services", "ds-consul-open", r"(\"consul\"[^\n]*)"
    ),
    interface("hadoop", ("hadoop-open", "hadoop-closed"), "/jmx", "ds-hadoop-open", r"(\"beans\"[^\n]*)"),
    interface(
        "influxdb",
        ("influxdb", "influxdb-open", "influxdb-closed"),
        "/query?q=SHOW%20DATABASES",
        "ds-influxdb-open",
        r"(\"results\"[^\n]*)",
    ),
    interface("kubelet", ("kubelet-open", "kubelet-closed"), "/pods", "ds-kubelet-anonymous", r"(\"PodList\"[^\n]*)"),
    interface(
        "kubernetes",
        ("kubernetes-open", "kubernetes-closed"),
        "/api/v1/namespaces",
        "ds-kubernetes-anonymous",
        r"(\"NamespaceList\"[^\n]*)",
    ),
    interface(
        "nacos", ("nacos-open", "nacos-closed"), "/nacos/v1/cs/configs", "ds-nacos-open", r"(\"pageItems\"[^\n]*)"
    ),
    Confirmation(
        "prometheus",
        ("prometheus", "prometheus-open", "prometheus-closed"),
        pages("/api/v1/targets"),
        {"ds-monitoring-open": {"fail": r"(\"activeTargets\"[^\n]*)", "*": REFUSED}},
    ),
    Confirmation(
        "redfish",
        HTTP,
        pages("/redfish/v1/Systems"),
        {
            "ds-redfish-inventory-open": {
                "fail": r"(\"Members\"[^\n]*)",
                "pass": REFUSED,
                "not_applicable": absent('"Members"'),
            }
        },
    ),
    Confirmation(
        "onvif",
        ("http", "https"),
        onvif,
        {
            "ds-onvif-anonymous": {
                "fail": r"(<tds:Manufacturer>[^<]*)",
                "pass": r"(Sender not Authorized)",
                "not_applicable": absent("Envelope"),
            }
        },
    ),
)
