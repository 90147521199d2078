"""Which ports discovery tries: the default ports of the fact tables, and a list of ports where services are often found."""

from collections.abc import Iterable

from inventory.asset import FRAGILE_CLASSES
from inventory.fact import FactTable

# Administration, web, mail, files, databases, messaging, video and remote desktops beside the tables' own default ports.
OFTEN = (
    *(21, 22, 23, 25, 53, 80, 81, 88, 110, 111, 135, 139, 143, 389, 443, 445, 465, 554, 587, 636, 873, 990, 993, 995),
    *(1080, 1433, 1521, 1883, 2049, 2121, 2181, 2222, 2375, 2379, 3000, 3128, 3306, 3389, 4443, 4848, 5000, 5060),
    *(5236, 5432, 5601, 5672, 5900, 5985, 6379, 7001, 7002, 8000, 8008, 8009, 8022, 8080, 8081, 8088, 8090, 8180),
    *(8443, 8500, 8848, 8883, 8888, 9000, 9043, 9090, 9200, 9300, 9443, 10250, 11211, 15672, 27017, 54321, 61616),
)
OFTEN_ON_FRAGILE = (22, 23, 80, 443, 554, 8080, 8443, 8883)  # administration, web, video, messaging inside TLS
LIKELY = (22, 80, 443, 23, 445, 3389, 8080, 135)  # whoever is there answers one of these, open or closed
UNUSED = (58123, 61001, 64999)  # where nothing listens: all of them open means that a middle box answers


def applies_to(table: FactTable, device_class: str) -> bool:
    """Is the table asked of assets of that class?"""
    return not table.classes or device_class in table.classes


def default_ports(tables: Iterable[FactTable], device_class: str, transport: str) -> set[int]:
    """The default ports of all tables that are asked of the class."""
    return {
        port for table in tables if applies_to(table, device_class) for kind, port in table.ports if kind == transport
    }


def tcp_ports(
    tables: Iterable[FactTable], device_class: str, treated_as: str, extra: Iterable[int] = ()
) -> tuple[int, ...]:
    """The TCP ports to try, in order; few on a host that is treated as a fragile class."""
    often = OFTEN_ON_FRAGILE if treated_as in FRAGILE_CLASSES else OFTEN
    return tuple(sorted(default_ports(tables, device_class, "tcp") | set(often) | set(extra)))
