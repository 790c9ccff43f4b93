"""Damaged and foreign attribute files: read as what they are, or refused in one sentence."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import scipy.io
from tests.campaigns.damages import Damage, cut_off, flip_bits, random_place
from tests.campaigns.tally import Tally, judge_refusal, tally_cases

from attrimeter.datasets import AttributeTable, read_market_attributes
from attrimeter.datasets.mat_files import MatReader
from attrimeter.errors import DatasetError
from attrimeter.schemas import Attribute, AttributeSchema

LONGEST = 600
"""Characters of an error, without the path in it."""

SCHEMA = AttributeSchema(
    "small", tuple(Attribute(n, n, n, ("torso",), f"no {n}", n) for n in ("hat", "bag", "boots"))
)
IDENTITIES = {"train": ("0002", "0007", "0011", "1501"), "test": ("0001", "0003")}


def run(size: int, seed: int, folder: Path) -> Tally:
    """Read ``size`` attribute files, each made from a whole one by one to three damages.

    Faults: an exception that is not the project's; a message that is long or no single line; a compressed
    file that reads otherwise than the whole one, although its checksum must have told the damage.
    """
    place = folder / "attributes.mat"

    def case(dice: random.Random, _: int, done: list[str]) -> str:
        content, made, checked = make(dice)
        done.append(made)
        place.write_bytes(content)
        return _judge(place, reader, checked)

    with MatReader() as reader:
        return tally_cases("attribute_files", size, seed, case)


def make(dice: random.Random) -> tuple[bytes, str, bool]:
    """The bytes of one case, what it is, and whether a checksum covers all that was damaged in it."""
    if dice.random() < 0.1:
        return foreign_file(dice), "a foreign variable", False
    kind = dice.choice(sorted(WHOLE))
    content, said = bytearray(WHOLE[kind]()), [kind]
    inside = kind == "compressed" and dice.random() < 0.6
    if inside:
        content = bytearray(_unpack(bytes(content)))
    names = [dice.choice(sorted(DAMAGES)) for _ in range(dice.randint(1, 3))]
    for name in names:
        content = DAMAGES[name](dice, content)
    if inside:
        content = bytearray(_pack(bytes(content), times=dice.choice((1, 1, 1, 2, 30))))
    checked = kind == "compressed" and not inside and set(names) <= {"flips", "cut"}
    return bytes(content), ", ".join([*said, *names, *(["packed again"] if inside else [])]), checked


@cache
def _fields() -> dict[str, dict[str, Any]]:
    dice, parts = np.random.default_rng(3), {}
    for part, identities in IDENTITIES.items():
        count = len(identities)
        values = {name: dice.integers(0, 3, count).astype(np.uint8)[None] for name in SCHEMA.fields}
        parts[part] = {**values, "age": dice.integers(0, 5, count).astype(np.uint8)[None]}
    return parts


@cache
def version_5(*, packed: bool) -> bytes:
    """A whole file as 'save -v7' (packed) or 'save -v6' writes it."""
    written = io.BytesIO()
    parts = {
        part: {**fields, "image_index": np.array(IDENTITIES[part], dtype=object)[None]}
        for part, fields in _fields().items()
    }
    scipy.io.savemat(written, {"market_attribute": parts}, do_compression=packed)
    return written.getvalue()


@cache
def version_73() -> bytes:
    """A whole file as 'save -v7.3' writes it: structs are groups, cells refer to texts elsewhere."""
    import h5py

    written = io.BytesIO()
    with h5py.File(written, "w", userblock_size=512) as file:
        texts, struct_ = file.create_group("#refs#"), file.create_group("market_attribute")
        for part, fields in _fields().items():
            group = struct_.create_group(part)
            group.attrs["MATLAB_class"] = np.bytes_("struct")
            for name, row in fields.items():
                group.create_dataset(name, data=row.T.astype(float)).attrs["MATLAB_class"] = np.bytes_(
                    "double"
                )
            cells = np.empty((len(IDENTITIES[part]), 1), dtype=h5py.ref_dtype)
            for number, identity in enumerate(IDENTITIES[part]):
                units = np.array([ord(letter) for letter in identity], dtype=np.uint16)[:, None]
                text = texts.create_dataset(f"{part}{number}", data=units)
                text.attrs["MATLAB_class"] = np.bytes_("char")
                cells[number, 0] = text.ref
            group.create_dataset("image_index", data=cells).attrs["MATLAB_class"] = np.bytes_("cell")
    head = b"MATLAB 7.3 MAT-file, Platform: GLNXA64 HDF5 schema 1.00 .".ljust(124) + b"\x00\x02IM"
    return head + written.getvalue()[len(head) :]


WHOLE: dict[str, Callable[[], bytes]] = {
    "plain": lambda: version_5(packed=False),
    "compressed": lambda: version_5(packed=True),
    "version 7.3": version_73,
}
"""What is damaged: a small attribute file in each form that MATLAB writes."""


def whole_table() -> AttributeTable:
    """What every whole file says."""
    rows: list[tuple[int, list[int], int]] = []
    for part, fields in _fields().items():
        for number, identity in enumerate(IDENTITIES[part]):
            labels = [int(fields[name][0, number]) - 1 for name in SCHEMA.fields]
            rows.append((int(identity), labels, int(fields["age"][0, number])))
    identities, labels, ages = zip(*sorted(rows), strict=True)
    return AttributeTable(
        np.array(identities), np.array(labels, dtype=np.int8), np.array(ages, dtype=np.int8)
    )


def foreign_file(dice: random.Random) -> bytes:
    """A healthy file of something else, or with something else where a part or a field should be."""
    odd: list[Any] = [
        np.zeros((3, 4)),
        np.zeros((0, 0)),
        np.array([[1 + 2j, 3]]),
        np.array([[np.nan, np.inf, -1.5, 1e300]]),
        np.array(["0001", "0002"]),
        np.array([["a", "b"], ["c", "d"]], dtype=object),
        {"deeper": {"and": {"deeper": np.ones((2, 2, 2))}}},
        np.array([[{"a": 1}, {"b": 2}, "text", 3.5]], dtype=object),
        "a text",
        np.array([[2**63 - 1, -(2**63)]]),
        np.array([[2**64 - 1]], dtype=np.uint64),
        np.array([[True, False, True, True]]),
    ]

    def part(name: str) -> Any:
        if dice.random() < 0.1:
            return dice.choice(odd)
        fields: dict[str, Any] = dict(_fields()[name])
        fields["image_index"] = np.array(IDENTITIES[name], dtype=object)[None]
        for _ in range(dice.randint(0, 2)):
            fields[dice.choice(sorted(fields))] = dice.choice(odd)
        return fields

    written = io.BytesIO()
    variables = {
        "first": dice.choice(odd),
        "market_attribute": {"train": part("train"), "test": part("test")},
    }
    scipy.io.savemat(written, variables, do_compression=dice.random() < 0.5, long_field_names=True)
    return written.getvalue()


def zeros_bomb() -> bytes:
    """A compressed file of a kilobyte that says to unpack to two gigabytes."""
    size = 2**31 - 2**20
    name = (
        struct.pack("<IIII", 6, 8, 6, 0)
        + struct.pack("<IIii", 5, 8, 1, size)
        + struct.pack("<II", 0x10001, ord("x"))
    )
    element = struct.pack("<II", 14, len(name) + 8 + size) + name + struct.pack("<II", 2, size)
    packed = zlib.compress(element + bytes(2**20))
    return version_5(packed=True)[:128] + struct.pack("<II", 15, len(packed)) + packed


def _unpack(content: bytes) -> bytes:
    return content[:128] + zlib.decompress(content[136:])


def _pack(content: bytes, *, times: int) -> bytes:
    """The elements of a file as one compressed element, in as many layers as ``times``."""
    body = content[128:]
    for _ in range(times):
        packed = zlib.compress(body)
        body = struct.pack("<II", 15, len(packed)) + packed
    return content[:128] + body


def _put_number(dice: random.Random, content: bytearray) -> bytearray:
    """Overwrite a word: most words of these files are lengths, sizes, types and addresses."""
    at = random_place(dice, content) // 4 * 4
    number = dice.choice((0, 1, 3, 7, 8, 255, 65_535, 2**31 - 1, 2**31, 2**32 - 1, dice.getrandbits(32)))
    content[at : at + 4] = struct.pack("<I", number)
    return content


def _put_type(dice: random.Random, content: bytearray) -> bytearray:
    """Turn a word that may name a type into another type."""
    places = [
        at
        for at in range(128, len(content) - 3, 4)
        if 1 <= content[at] <= 18 and not any(content[at + 1 : at + 4])
    ]
    if places:
        content[dice.choice(places)] = dice.randint(1, 18)
    return content


def _double(dice: random.Random, content: bytearray) -> bytearray:
    at = random_place(dice, content) // 8 * 8
    content[at:at] = content[at : at + dice.choice((8, 64, 512))]
    return content


def _drop(dice: random.Random, content: bytearray) -> bytearray:
    at = random_place(dice, content) // 8 * 8
    del content[at : at + dice.choice((1, 8, 64))]
    return content


def _fill(dice: random.Random, content: bytearray) -> bytearray:
    at, count = random_place(dice, content), dice.choice((4, 16, 64))
    content[at : at + count] = dice.choice((bytes(count), b"\xff" * count, dice.randbytes(count)))
    return content


def _append(dice: random.Random, content: bytearray) -> bytearray:
    return content + dice.randbytes(dice.choice((1, 8, 100)))


DAMAGES: dict[str, Damage] = {
    "flips": flip_bits,
    "a length": _put_number,
    "a type": _put_type,
    "cut": cut_off,
    "doubled": _double,
    "dropped": _drop,
    "filled": _fill,
    "appended": _append,
}
"""What is done to a file, by name."""


def _judge(place: Path, reader: MatReader, checked: bool) -> str:
    try:
        table = read_market_attributes(place, schema=SCHEMA, reader=reader)
    except DatasetError as error:
        ended = ("crashes", "seconds", "memory", "ended with status")
        said = judge_refusal(error, place, longest=LONGEST)
        word = next((word for word in ended if said == "refused" and word in str(error)), None)
        return said if word is None else f"refused: {word}"
    whole = whole_table()
    if all(
        np.array_equal(getattr(table, name), getattr(whole, name))
        for name in ("identities", "labels", "ages")
    ):
        return "read, the same"
    return "fault: read otherwise in spite of its checksum" if checked else "read, other content"
