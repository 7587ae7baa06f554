"""Where new objects come to lie.

What `id` gives, and the order of a set of instances, hang on addresses. To have them the same in
every server, whatever it did to get ready, new memory begins at one place, and every hole that is
left in the memory before it is filled. What is taken for that, or is there, is never given back.

It is no slower: a child need not copy the pages that it would otherwise find holes in.
"""

from __future__ import annotations

import ctypes
import gc
import mmap
import resource

_PLACE = 0x7E00_0000_0000  # below all that is there, even where addresses are random
_MOST = 1 << 40  # bytes below it in which new memory is looked for
_PAGE = mmap.PAGESIZE
_STEP, _SMALL, _POOL = 16, 512, 1 << 14  # sizes of what the interpreter has in pools, and of these
_SIZES = tuple(range(_SMALL, 0, -_STEP))
_LARGE = 127 << 10  # size from which on the C library asks the kernel for each block
_KEPT = 1040  # size up to which the C library keeps what it is given back as it is
_NO_ACCESS, _NOT_COUNTED, _NOTHING_THERE = 0, 0x4022, 0x100000  # of `mmap`
_FAILED = (1 << 64) - 1
_LEAST_MAPPED = -3  # of `mallopt`

_kept: list[object] = []
_libc = ctypes.CDLL(None)
_map, _unmap = _libc.mmap, _libc.munmap
_large, _free, _end_of_heap, _set = _libc.malloc, _libc.free, _libc.sbrk, _libc.mallopt
_small = ctypes.pythonapi.PyObject_Malloc
_map.restype = _large.restype = _end_of_heap.restype = _small.restype = ctypes.c_size_t
_map.argtypes = *[ctypes.c_size_t] * 2, *[ctypes.c_int] * 3, ctypes.c_long
_unmap.argtypes = [ctypes.c_size_t] * 2
_large.argtypes = _small.argtypes = _free.argtypes = [ctypes.c_size_t]


def settle() -> int:
    """Have new objects lie where they lie in every process, if that can be had here; the bytes of
    addresses that this takes."""
    if resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY:
        return 0
    gc.unfreeze()
    gc.collect()
    _kept.append(gc.get_objects())
    gc.freeze()
    _set(_LEAST_MAPPED, _LARGE + 1024)
    taken = _fill_addresses()
    if _is_new(_next_address()):
        _fill_heap()
        for _ in range(2):  # the first time there are holes that this itself still uses
            gc.collect()  # what the interpreter keeps to use it again lies in holes, too
            _fill_pools()
    return taken


def _is_new(at: int) -> bool:
    return _PLACE - _MOST <= at < _PLACE


def _fill_addresses() -> int:
    """Take all addresses down to the place, and what the heap could grow to; how many bytes."""
    taken, size = 0, _MOST
    while size >= _PAGE:
        at = _take(size)
        if _PLACE <= at < _FAILED:
            taken += size
        else:
            _unmap(at, size)
            size >>= 1
    end = -(-_end_of_heap(0) // _PAGE) * _PAGE
    return taken + (_PAGE if _take(_PAGE, end) == end else 0)


def _take(size: int, at: int | None = None) -> int:
    """Take addresses that nothing is at, where one likes or anywhere; the first of them."""
    flags = _NOT_COUNTED if at is None else _NOT_COUNTED | _NOTHING_THERE
    first: int = _map(at or 0, size, _NO_ACCESS, flags, -1, 0)
    return first


def _next_address() -> int:
    at = _take(_PAGE)
    _unmap(at, _PAGE)
    return at


def _fill_heap() -> None:
    """Take blocks of the C library until there is no hole, the largest first."""
    for size in range(_LARGE, 0, -_STEP):
        while not _is_new(at := _large(size)):
            pass
        if size > _KEPT:
            _free(at)


def _fill_pools() -> None:
    """Take blocks of the interpreter until there is no hole: until a whole pool is new."""
    sizes = iter(_SIZES)
    _kept.append(sizes)  # which lies in a hole itself
    for size in sizes:
        run = 0
        while run < _POOL // size:
            run = run + 1 if _is_new(_small(size)) else 0
