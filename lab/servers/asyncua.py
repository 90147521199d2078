"""asyncua as an OPC UA server: open to anybody without protection, or signed and encrypted for accounts only."""

from dataclasses import dataclass
from typing import Any

from lab import industrial
from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """`protected`: Basic256Sha256 with signature and encryption alone, and no anonymous session."""

    protected: bool = True


def setup(settings: Settings, place: Place) -> Setup:
    return industrial.start("asyncua", settings, place, place.certificate() if settings.protected else None)


def run(given: dict[str, Any]) -> None:
    """Serve until the container ends."""
    import asyncio

    asyncio.run(_serve(given))


async def _serve(given: dict[str, Any]) -> None:
    import asyncio

    from asyncua import Server as UaServer
    from asyncua import ua

    server = UaServer()
    await server.init()
    server.set_endpoint(f"opc.tcp://{given['address']}:{given['port']}/")
    server.set_server_name("simulated")
    if given["protected"]:
        await server.load_certificate(given["pem"])
        await server.load_private_key(given["pem"])
        server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
        server.set_identity_tokens([ua.UserNameIdentityToken])
    else:
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    async with server:
        await asyncio.Event().wait()


SERVER = Server(4840, "opcua", Settings, setup)

if __name__ == "__main__":
    industrial.main(run)
