"""Opens an internet socket through io_uring, the way that a filter on socket() alone would miss."""

from __future__ import annotations

import ctypes
import mmap
import os
import struct

# linux/io_uring.h: numbers of the calls and of the operation, offsets of the three maps, layout of the parameters.
_SETUP, _ENTER = 425, 426
_OP_SOCKET = 45
_MAP_SQ, _MAP_CQ, _MAP_SQES = 0, 0x8000000, 0x10000000
_GETEVENTS = 1
_AF_INET, _SOCK_STREAM = 2, 1
_PAGE = 4096


def ring_socket(libc: ctypes.CDLL) -> int:
    """Descriptor of a TCP socket made by the kernel's ring. Raises OSError: EACCES under the seal, ENOSYS or EPERM
    where the kernel has no io_uring, EINVAL before Linux 5.19."""
    parameters = ctypes.create_string_buffer(120)
    ring = _checked(libc.syscall(_SETUP, 4, parameters))
    try:
        fields = struct.unpack("<30I", parameters.raw)
        sq, cq = fields[10:20], fields[20:30]
        with (
            mmap.mmap(ring, _PAGE, offset=_MAP_SQ) as submit,
            mmap.mmap(ring, _PAGE, offset=_MAP_CQ) as complete,
            mmap.mmap(ring, _PAGE, offset=_MAP_SQES) as entries,
        ):
            # One entry: opcode, flags, priority, "fd" = family, "off" = type, address, length = protocol.
            entries[:32] = struct.pack("<BBHiQQII", _OP_SOCKET, 0, 0, _AF_INET, _SOCK_STREAM, 0, 0, 0)
            tail = struct.unpack_from("<I", submit, sq[1])[0]
            struct.pack_into("<I", submit, sq[6], 0)
            struct.pack_into("<I", submit, sq[1], tail + 1)
            _checked(libc.syscall(_ENTER, ring, 1, 1, _GETEVENTS, None, 0))
            result: int = struct.unpack_from("<Qi", complete, cq[5])[1]
    finally:
        os.close(ring)
    if result < 0:
        raise OSError(-result, os.strerror(-result))
    return result


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
