#!/usr/bin/env python3
"""Writes small Arrow streams and files of every kind for fuzz_arrow to start from: make_arrow_seeds.py [FOLDER]."""

import datetime
import decimal
import pathlib
import sys

import pyarrow as pa
import pyarrow.ipc as ipc

D = decimal.Decimal


def columns():
    """One short array of each type, by name."""
    day = datetime.date(2026, 1, 2)
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, 678901)
    entries = [[("k", 1), ("l", None)], None, []]
    struct = pa.struct([("a", pa.int8()), ("b", pa.utf8())])
    yield "null", pa.nulls(3)
    yield "bool", pa.array([True, None, False])
    for kind in (pa.int8(), pa.uint16(), pa.int32(), pa.uint64()):
        yield str(kind), pa.array([1, None, 3], kind)
    for kind in (pa.float16(), pa.float32(), pa.float64()):
        yield str(kind), pa.array([1.5, None, -0.0], pa.float64()).cast(kind)
    for kind in (pa.utf8(), pa.large_utf8(), pa.string_view()):
        yield str(kind), pa.array(["a", None, "über alle Berge"], kind)
    for kind in (pa.binary(), pa.large_binary(), pa.binary_view(), pa.binary(3)):
        yield str(kind), pa.array([b"abc", None, b"\x00\xff\x01"], kind)
    yield "decimals", pa.array([D("1.25"), None, D("-0.01")], pa.decimal128(10, 2))
    yield "wide_decimals", pa.array([D("1.25"), None, D("-0.01")], pa.decimal256(30, 2))
    yield "date", pa.array([day, None], pa.date32())
    yield "date64", pa.array([day, None], pa.date64())
    yield "time", pa.array([moment.time(), None], pa.time64("us"))
    yield "timestamp", pa.array([moment, None], pa.timestamp("us", "UTC"))
    yield "duration", pa.array([datetime.timedelta(1), None])
    yield "interval", pa.array([(1, 2, 3), None], pa.month_day_nano_interval())
    yield "list", pa.array([[1, 2], None, []], pa.list_(pa.int16()))
    yield "large_list", pa.array([["a"], None, []], pa.large_list(pa.utf8()))
    yield "fixed_list", pa.array([[1, 2], None], pa.list_(pa.int16(), 2))
    yield "list_view", pa.array([[1, 2], None, [3]], pa.list_view(pa.int16()))
    yield "struct", pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": ""}], struct)
    yield "map", pa.array(entries, pa.map_(pa.utf8(), pa.int32()))
    yield "dictionary", pa.array(["a", "b", None, "a"]).dictionary_encode()
    yield "numbers", pa.array([5, 7, None, 5]).dictionary_encode()
    yield "runs", pa.RunEndEncodedArray.from_arrays([2, 5], ["x", None])
    yield "deep", pa.array([[[["a"], None]], None], pa.list_(pa.list_(pa.list_(pa.utf8()))))
    yield "union", pa.UnionArray.from_sparse(pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["a", "b"])])


def write(path, batches, file=False, **options):
    make = ipc.new_file if file else ipc.new_stream
    with make(str(path), batches[0].schema, options=ipc.IpcWriteOptions(**options)) as writer:
        for batch in batches:
            writer.write_batch(batch)


def main():
    here = pathlib.Path(__file__).parent
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / "corpus" / "fuzz_arrow"
    folder.mkdir(parents=True, exist_ok=True)
    for name, column in columns():
        write(folder / name, [pa.record_batch([column], ["c"])])
    grown = [pa.DictionaryArray.from_arrays([0, 1], ["a", "b"]), pa.DictionaryArray.from_arrays([2, 0], ["a", "b", "c"])]
    batches = [pa.record_batch([column], ["c"]) for column in grown]
    write(folder / "delta", batches, emit_dictionary_deltas=True)
    write(folder / "replaced", batches)
    write(folder / "delta_file", batches, file=True, emit_dictionary_deltas=True)
    mixed = pa.record_batch([pa.array([1] * 40), pa.array(["a", None] * 20)], ["i", "s"])
    for codec in ("lz4", "zstd"):
        write(folder / codec, [mixed], compression=codec)
    write(folder / "old_metadata", [mixed], metadata_version=ipc.MetadataVersion.V4, use_legacy_format=True)
    write(folder / "file", [mixed, mixed.slice(3, 9)], file=True)
    named = mixed.replace_schema_metadata({"made": "by hand"})
    write(folder / "named", [named])


if __name__ == "__main__":
    main()
