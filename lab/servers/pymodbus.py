"""pymodbus as a controller that speaks Modbus/TCP and says who made it."""

from dataclasses import dataclass
from typing import Any

from lab import industrial
from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """What it says of itself (function 43/14)."""

    vendor: str = "模拟电气"
    product: str = "PLC-45R"
    revision: str = "V3.1"


def setup(settings: Settings, place: Place) -> Setup:
    return industrial.start("pymodbus", settings, place)


def run(given: dict[str, Any]) -> None:
    """Serve until the container ends."""
    from pymodbus import ModbusDeviceIdentification
    from pymodbus.server import StartTcpServer
    from pymodbus.simulator import DataType, SimData, SimDevice

    identity = ModbusDeviceIdentification(
        info_name={
            "VendorName": given["vendor"],
            "ProductCode": given["product"],
            "MajorMinorRevision": given["revision"],
        }
    )
    device = SimDevice(id=1, simdata=[SimData(0, values=[45] * 100, datatype=DataType.REGISTERS)])
    StartTcpServer([device], identity=identity, address=("0.0.0.0", given["port"]))


SERVER = Server(502, "modbus", Settings, setup)

if __name__ == "__main__":
    industrial.main(run)
