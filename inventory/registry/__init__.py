"""Public registries: who holds a MAC prefix (IEEE, through the package aiooui) and an enterprise number (IANA).

A registrant is not yet a maker: virtual machines, modules and borrowed numbers carry somebody else's. The names are given as
the registry prints them; `inventory.identify` decides what they are worth.
"""

from functools import cache
from pathlib import Path

# What reads the registries is imported where it is needed: most of what identifies a product asks neither, and a vendor's
# self-check starts fast.
ENTERPRISE_NUMBERS = Path(__file__).parent / "enterprise-numbers.tsv.xz"


def mac_registrant(mac: str) -> str | None:
    """Who holds the first 24 bits of a MAC address (`aa:bb:cc:dd:ee:ff`, any of the usual separators), as IEEE prints it.

    None for what nobody registered: randomised and virtual addresses, group addresses, and texts that are no address.
    """
    digits = "".join(char for char in mac if char in "0123456789abcdefABCDEF")
    if len(digits) < 6:
        return None
    import aiooui

    _load_prefixes()
    return aiooui.get_vendor(digits[:6])


@cache
def _load_prefixes() -> None:
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    import aiooui

    # the package only offers loading inside an event loop; a thread of its own works under any caller
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, aiooui.async_load()).result()


def enterprise_registrant(number: int) -> str | None:
    """Who holds a private enterprise number (1.3.6.1.4.1.N), as IANA prints it."""
    return _enterprises().get(number)


@cache
def _enterprises() -> dict[int, str]:
    import lzma

    found = {}
    for line in lzma.decompress(ENTERPRISE_NUMBERS.read_bytes()).decode().splitlines():
        number, _, name = line.partition("\t")
        if name:
            found[int(number)] = name
    return found
