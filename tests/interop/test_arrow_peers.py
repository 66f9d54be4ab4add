#!/usr/bin/env python3
"""What pyarrow, polars and Arrow's JavaScript library write, Tarn reads, and the other way round, value by value.

TARN_TEST_PROGRAMS is the folder with arrow_copy, which reads with Tarn's reader and writes with its writer.
"""

import datetime
import decimal
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import polars
import pyarrow as pa
import pyarrow.ipc as ipc

D = decimal.Decimal
COPY = str(pathlib.Path(os.environ["TARN_TEST_PROGRAMS"]) / "arrow_copy")
HERE = pathlib.Path(__file__).parent
CODECS = {"none": None, "lz4": "lz4", "zstd": "zstd"}
MOMENT = datetime.datetime(2026, 1, 2, 3, 4, 5, 678901)
UTC = datetime.timezone.utc


def written_types():
    """Columns of the types that are written as they are."""
    struct = pa.struct([("a", pa.int8()), ("b", pa.utf8()), ("c", pa.list_(pa.float32()))])
    yield "null", pa.nulls(4)
    yield "bool", pa.array([True, None, False, True])
    for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()):
        yield str(kind), pa.array([1, None, 3, 127], kind)
    for kind in (pa.float16(), pa.float32(), pa.float64()):
        yield str(kind), pa.array([1.5, None, -0.0, float("inf")], pa.float64()).cast(kind)
    for kind in (pa.utf8(), pa.large_utf8()):
        yield str(kind), pa.array(["a", None, "", "über alle Berge"], kind)
    for kind in (pa.binary(), pa.large_binary()):
        yield str(kind), pa.array([b"a", None, b"", b"\x00\xff"], kind)
    yield "fixed", pa.array([b"abc", None, b"\x00\xff\x01", b"xyz"], pa.binary(3))
    yield "decimal", pa.array([D("1.25"), None, D("-0.01"), D("99999999.99")], pa.decimal128(10, 2))
    yield "decimal256", pa.array([D("1.25"), None, D("-0.01"), D("9" * 60)], pa.decimal256(70, 2))
    yield "decimal32", pa.array([D("1.5"), None, D("-2.5"), D("0")], pa.decimal32(5, 1))
    yield "decimal64", pa.array([D("1.5"), None, D("-2.5"), D("0")], pa.decimal64(15, 1))
    yield "date32", pa.array([MOMENT.date(), None] * 2, pa.date32())
    yield "date64", pa.array([MOMENT.date(), None] * 2, pa.date64())
    for unit in ("s", "ms"):
        yield "time32" + unit, pa.array([5, None, 7, 86399], pa.time32(unit))
    for unit in ("us", "ns"):
        yield "time64" + unit, pa.array([5000, None, 7000, 86399], pa.time64(unit))
    for unit, zone in itertools.product(("s", "ms", "us", "ns"), (None, "UTC", "Europe/Zurich")):
        yield f"timestamp{unit}{zone}", pa.array([1, None, -1, 10**9], pa.timestamp(unit, zone))
    for unit in ("s", "ms", "us", "ns"):
        yield "duration" + unit, pa.array([1, None, -1, 10**9], pa.duration(unit))
    yield "interval", pa.array([(1, 2, 3), None, (-1, -2, -3), (0, 0, 0)], pa.month_day_nano_interval())
    yield "list", pa.array([[1, None, 2], None, [], [3]], pa.list_(pa.int16()))
    yield "large_list", pa.array([["a"], None, [], [None]], pa.large_list(pa.utf8()))
    yield "fixed_list", pa.array([[1, 2], None, [None, 4], [5, 6]], pa.list_(pa.int16(), 2))
    yield "struct", pa.array([{"a": 1, "b": "x", "c": [1.5]}, None, {"a": None, "b": "", "c": None}, {"a": 2}], struct)
    yield "map", pa.array([[("k", 1), ("l", None)], None, [], [("m", 2)]], pa.map_(pa.utf8(), pa.int32()))
    yield "dictionary", pa.array(["a", "b", None, "a"]).dictionary_encode()
    yield "dictionary_numbers", pa.array([5, 7, None, 5]).dictionary_encode()
    yield "ordered", pa.DictionaryArray.from_arrays(pa.array([1, 0, None, 1], pa.uint8()), ["z", "a"], ordered=True)
    inside = pa.array(["x", None, "y", "x"]).dictionary_encode()
    yield "list_of_dictionaries", pa.ListArray.from_arrays([0, 2, 2, 3, 4], inside)
    yield "deep", pa.array([[[{"k": ["a"]}], None], None, [], [[]]], pa.list_(pa.list_(pa.struct([("k", pa.list_(pa.utf8()))]))))


def read_types():
    """Columns of types that are normalised on the way in."""
    yield "utf8_view", pa.array(["a", None, "", "longer than twelve bytes"], pa.string_view())
    yield "binary_view", pa.array([b"a", None, b"", b"longer than twelve bytes"], pa.binary_view())
    yield "list_view", pa.array([[1, 2], None, [], [3]], pa.list_view(pa.int16()))
    yield "large_list_view", pa.array([["a"], None, [], ["b"]], pa.large_list_view(pa.string_view()))
    yield "runs", pa.RunEndEncodedArray.from_arrays([2, 3, 4], ["x", None, "y"])
    yield "large_utf8", pa.array(["a", None, "", "b"], pa.large_utf8())
    yield "half", pa.array([1.5, None, 0.25, 2.0], pa.float64()).cast(pa.float16())
    yield "date64", pa.array([MOMENT.date(), None] * 2, pa.date64())
    yield "decimal64", pa.array([D("1.5"), None, D("-2.5"), D("0")], pa.decimal64(15, 1))
    yield "dictionary_numbers", pa.array([5, 7, None, 5]).dictionary_encode()
    yield "dictionary", pa.array(["a", "b", None, "a"]).cast(pa.dictionary(pa.int8(), pa.large_utf8()))


def batch_of(columns):
    names, arrays = zip(*columns)
    return pa.record_batch(list(arrays), list(names))


def write(path, batches, file=False, **options):
    make = ipc.new_file if file else ipc.new_stream
    with make(str(path), batches[0].schema, options=ipc.IpcWriteOptions(**options)) as writer:
        for batch in batches:
            writer.write_batch(batch)


def read(path):
    """Schema and batches of a stream or a file."""
    data = pa.py_buffer(path.read_bytes())
    if data.to_pybytes()[:6] == b"ARROW1":
        reader = ipc.open_file(data)
        return reader.schema, [reader.get_batch(i) for i in range(reader.num_record_batches)]
    reader = ipc.open_stream(data)
    return reader.schema, list(reader)


class Peers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.given = pathlib.Path(folder.name) / "given"
        self.made = pathlib.Path(folder.name) / "made"

    def copy(self, form="stream", codec="none", *more):
        subprocess.run([COPY, str(self.given), str(self.made), form, codec, *more], check=True)

    def assert_copied(self, schema, batches):
        made_schema, made = read(self.made)
        self.assertTrue(schema.equals(made_schema, check_metadata=True), f"{schema}\n{made_schema}")
        self.assertEqual(len(batches), len(made))
        for one, other in zip(batches, made):
            other.validate(full=True)
            self.assertTrue(one.equals(other))

    def test_every_type_form_and_codec(self):
        batch = batch_of(written_types()).replace_schema_metadata({"made": "by hand"})
        for file, codec, form, made_codec in itertools.product((False, True), CODECS, ("stream", "file"), CODECS):
            with self.subTest(file=file, codec=codec, form=form, made_codec=made_codec):
                write(self.given, [batch, batch.slice(1, 2), batch.slice(3), batch.slice(0, 0)], file, compression=CODECS[codec])
                self.copy(form, made_codec)
                schema, batches = read(self.given)
                self.assert_copied(schema, batches)

    def test_old_metadata(self):
        batch = batch_of(written_types())
        for legacy in (False, True):
            write(self.given, [batch], metadata_version=ipc.MetadataVersion.V4, use_legacy_format=legacy)
            self.copy()
            self.assert_copied(batch.schema, [batch])

    def test_dictionaries_that_grow_and_change(self):
        values = [["a", "b"], ["a", "b", "c"], ["a", "b", "c"], ["q"]]
        columns = [pa.DictionaryArray.from_arrays([0, len(v) - 1, None], v) for v in values]
        batches = [pa.record_batch([column], ["c"]) for column in columns]
        for deltas in (False, True):
            write(self.given, batches, emit_dictionary_deltas=deltas)
            self.copy()
            self.assert_copied(batches[0].schema, batches)
        write(self.given, batches[:3], file=True, emit_dictionary_deltas=True)
        self.copy()
        _, made = read(self.made)
        self.assertEqual([b.to_pylist() for b in batches[:3]], [b.to_pylist() for b in made])

    def test_large_batches(self):
        count = 300000
        batch = pa.record_batch(
            {
                "number": pa.array(range(count)),
                "text": pa.array([None if i % 7 == 0 else f"row {i} ü" for i in range(count)]),
                "list": pa.array([[i, None] if i % 3 else None for i in range(count)]),
            }
        )
        for codec in CODECS:
            write(self.given, [batch, batch.slice(1000, 100001)], compression=CODECS[codec])
            self.copy("file", codec)
            self.assert_copied(batch.schema, [batch, batch.slice(1000, 100001)])

    def test_normalised_types(self):
        for name, column in itertools.chain(read_types(), written_types()):
            if name == "decimal256":
                continue
            with self.subTest(name):
                for part in (column, column[1:3]):
                    write(self.given, [pa.record_batch([part], ["c"])])
                    self.copy("stream", "none", "normalize")
                    _, made = read(self.made)
                    made[0].validate(full=True)
                    if name not in ("time64ns",) and not name.startswith(("timestampns", "durationns")):
                        self.assertEqual(part.to_pylist(), made[0].column(0).to_pylist())

    def test_refusals_name_type_and_column(self):
        union = pa.UnionArray.from_sparse(pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["a", "b"])])
        write(self.given, [pa.record_batch([union], ["mixed"])])
        run = subprocess.run([COPY, str(self.given), str(self.made), "stream", "none"], capture_output=True, text=True)
        self.assertEqual(run.returncode, 1)
        self.assertIn("column 'mixed': the type sparse_union", run.stderr)

    def test_polars(self):
        frame = polars.DataFrame(
            {
                "text": ["a", None, "longer than twelve bytes", "ü"],
                "number": [1, None, 3, 4],
                "real": [1.5, None, -2.0, 0.1],
                "bool": [True, None, False, True],
                "day": [MOMENT.date(), None, MOMENT.date(), None],
                "moment": [MOMENT, None, MOMENT, None],
                "list": [["x"], None, [], ["y", None]],
                "struct": [{"a": 1, "b": "p"}, {"a": None, "b": None}, {"a": 3, "b": "longer than twelve bytes"}, {"a": 4, "b": ""}],
                "binary": [b"a", None, b"\x00\xff", b""],
                "category": polars.Series(["u", None, "v", "u"], dtype=polars.Categorical),
            }
        )
        for codec in ("uncompressed", "lz4", "zstd"):
            for write_polars, form in ((frame.write_ipc, "file"), (frame.write_ipc_stream, "stream")):
                write_polars(self.given, compression=codec)
                self.copy(form, "zstd" if codec == "zstd" else "lz4", "normalize")
                again = polars.read_ipc(self.made, memory_map=False) if form == "file" else polars.read_ipc_stream(self.made)
                self.assertEqual(frame.rows(), again.rows())
                _, made = read(self.made)
                self.assertEqual(frame.to_dicts(), made[0].to_pylist())

    @unittest.skipUnless(shutil.which("node"), "node is not installed")
    def test_javascript(self):
        skipped = {"decimal", "decimal256", "decimal32", "decimal64", "interval", "float16", "fixed", "double"}
        wanted = ("null", "bool", "int", "uint", "float", "string", "utf8", "list", "fixed_list", "struct", "dictionary", "deep")
        columns = [(n, c) for n, c in written_types() if n.startswith(wanted) and n not in skipped]
        columns = [(n, c.fill_null(1) if n.startswith("float") else c) for n, c in columns if n != "float"]
        batch = batch_of(columns)
        write(self.given, [batch])
        for form in ("stream", "file"):
            self.copy(form)
            run = subprocess.run(["node", str(HERE / "arrow_peer.cjs"), str(self.made)], check=True, capture_output=True, text=True)
            self.assertEqual(json.loads(run.stdout), json.loads(json.dumps(batch.to_pylist())))


if __name__ == "__main__":
    unittest.main()
