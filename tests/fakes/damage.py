"""Ways in which a disk damages a file."""

import random
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

PAGE = 4096
BLOCK = 262_144
FIRST_BLOCK = 3 * PAGE
"""DuckDB's blocks begin after three headers."""

Damage = Callable[[bytes], bytes]


def overwritten(seed: int, pages: int = 64) -> Damage:
    """Overwrite random pages with random bytes."""
    return _paged(seed, pages, lambda page, chance: chance.randbytes(len(page)))


def zeroed(seed: int, pages: int = 64) -> Damage:
    """Zero some pages, as after a crash of the file system."""
    return _paged(seed, pages, lambda page, chance: bytes(len(page)))


def flipped(seed: int, pages: int = 64) -> Damage:
    """Flip one bit in each of some pages."""

    def flip(page: bytes, chance: random.Random) -> bytes:
        place = chance.randrange(len(page))
        return page[:place] + bytes([page[place] ^ 1 << chance.randrange(8)]) + page[place + 1 :]

    return _paged(seed, pages, flip)


def truncated(share: float) -> Damage:
    """Truncate the end."""
    return lambda body: body[: int(len(body) * share)]


def swapped(seed: int) -> Damage:
    """Rotate half of the pages, so that each has the place of another."""

    def swap(body: bytes) -> bytes:
        chance, pages = random.Random(seed), [body[at : at + PAGE] for at in range(0, len(body), PAGE)]
        moved = chance.sample(range(3, len(pages)), len(pages) // 2)
        for one, other in zip(moved, [*moved[1:], moved[0]], strict=True):
            pages[one], pages[other] = pages[other], pages[one]
        return b"".join(pages)

    return swap


def _paged(seed: int, pages: int, change: Callable[[bytes, random.Random], bytes]) -> Damage:
    def damage(body: bytes) -> bytes:
        chance, found = random.Random(seed), bytearray(body)
        number = len(body) // PAGE
        for page in chance.sample(range(3, number), min(pages, number // 2)):
            place = slice(page * PAGE, (page + 1) * PAGE)
            found[place] = change(bytes(found[place]), chance)
        return bytes(found)

    return damage


DAMAGES: Mapping[str, Damage] = {
    **{f"random pages {seed}": overwritten(seed) for seed in range(6)},
    "zero pages": zeroed(6), "flipped bits": flipped(7), "swapped pages": swapped(8),
    "a third is there": truncated(0.3), "the end is gone": truncated(0.97),
    "no header": lambda body: bytes(FIRST_BLOCK) + body[FIRST_BLOCK:],
    "empty": lambda _: b"", "junk": lambda body: b"no database" * 5000,
}  # fmt: skip


def damage(path: Path, how: Damage) -> None:
    """Damage a file in place."""
    path.write_bytes(how(path.read_bytes()))


def blocks_of(path: Path, table: str) -> list[int]:
    """Return the blocks with the columns of a table."""
    with duckdb.connect(str(path), read_only=True) as con:
        rows = con.execute(
            "SELECT DISTINCT block_id FROM pragma_storage_info(?) WHERE persistent AND block_id >= 0 ORDER BY ALL",
            [table],
        ).fetchall()
    return [block for (block,) in rows]


def flip_in_block(path: Path, block: int) -> None:
    """Flip one bit in the middle of a block."""
    with path.open("r+b") as file:
        file.seek(FIRST_BLOCK + block * BLOCK + 1000)
        (byte,) = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte ^ 4]))


def swap_blocks(path: Path, one: int, other: int) -> None:
    """Write two blocks to each other's places, as a disk may: the checksum of each still holds."""
    body, places = bytearray(path.read_bytes()), [FIRST_BLOCK + block * BLOCK for block in (one, other)]
    first, second = (slice(place, place + BLOCK) for place in places)
    body[first], body[second] = body[second], body[first]
    path.write_bytes(body)
