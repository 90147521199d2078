"""What a MAC prefix says of a device that nobody registered: which class its maker makes. Weak, and used to be careful only:
it picks what is asked, and never allows more than an unknown host is allowed."""

from functools import lru_cache

from inventory.identify import identify_line

LAYER_CLASS = {"video": "camera", "ics": "ot", "network": "network", "iot": "iot"}


@lru_cache(maxsize=4096)
def class_of_mac(mac: str) -> str:
    """The device class that the maker of a network interface stands for, "" where its prefix says nothing of that."""
    found = identify_line({"kind": "mac", "mac": mac})
    return LAYER_CLASS.get(str(found["layer"]), "")
