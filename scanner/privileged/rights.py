"""Giving up the right to raw sockets (capabilities(7)), for a process that has what it needs."""

import ctypes

CAP_NET_RAW = 13
_CAPABILITY_VERSION_3 = 0x20080522
_PR_CAPBSET_DROP = 24


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def give_up_raw_sockets() -> bool:
    """Drop CAP_NET_RAW from this process and from whatever it starts later (capabilities(7)); True where it is gone."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_CAPBSET_DROP, CAP_NET_RAW, 0, 0, 0)
    header, sets = _Header(_CAPABILITY_VERSION_3, 0), (_Sets * 2)()
    if libc.capget(ctypes.byref(header), sets) != 0:
        return False
    for name in ("effective", "permitted", "inheritable"):
        setattr(sets[0], name, getattr(sets[0], name) & ~(1 << CAP_NET_RAW))
    return bool(libc.capset(ctypes.byref(header), sets) == 0)
