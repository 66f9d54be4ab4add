#!/usr/bin/env python3
"""Parquet files of other writers: what DuckDB's reading of them leaves out is kept, or said.

TARN is the program.
"""

import base64
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as encryption

TARN = os.environ["TARN"]
MOMENT = 1704067200123456789


class Kms(encryption.KmsClient):
    def __init__(self, _configuration):
        encryption.KmsClient.__init__(self)

    def wrap_key(self, key, _master):
        return base64.b64encode(key)

    def unwrap_key(self, key, _master):
        return base64.b64decode(key)


class Parquet(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.run_tarn("init", "-q")

    def run_tarn(self, *arguments, fails=False):
        done = subprocess.run([TARN, *arguments], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 1 if fails else 0, done.stderr)
        return done.stdout + done.stderr

    def write(self, name, table, **options):
        pq.write_table(table, self.folder / name, **options)

    def test_nanoseconds_are_kept_or_their_columns_named(self):
        table = pa.table({
            "naive": pa.array([MOMENT, None], pa.timestamp("ns")),
            "utc": pa.array([MOMENT, None], pa.timestamp("ns", "UTC")),
            "clock": pa.array([3723123456789, None], pa.time64("ns")),
            "nested": pa.array([[MOMENT], None], pa.list_(pa.timestamp("ns", "UTC"))),
            "n": pa.array([1, 2]),
        })
        self.write("ns.parquet", table, version="2.6")
        told = self.run_tarn("import", "ns.parquet")
        self.assertIn("were read as microseconds; where their last digits matter, import the table as Arrow: "
                      "utc, clock, nested\n", told)
        rows = self.run_tarn("export", "ns", "-", "--format", "csv").splitlines()
        self.assertIn("2024-01-01 00:00:00.123456789,2024-01-01 00:00:00.123456+00,01:02:03.123456,", rows[1])
        self.write("old.parquet", table.select(["naive", "n"]), use_deprecated_int96_timestamps=True)
        self.assertIn("import the table as Arrow: naive\n", self.run_tarn("import", "old.parquet"))

    def test_a_time_of_day_is_one_type_whatever_its_writer_says(self):
        for unit in ("ms", "us"):
            kind = pa.time32("ms") if unit == "ms" else pa.time64("us")
            self.write(f"{unit}.parquet", pa.table({"t": pa.array([1000], kind), "n": [1]}))
            told = self.run_tarn("import", f"{unit}.parquet")
            self.assertIn("t TIME, n BIGINT", told)
            self.assertNotIn("warning", told)

    def test_no_column_is_lost_in_queries(self):
        table = pa.table({"t": pa.array([3723123456789], pa.time64("ns")), "n": pa.array([7]),
                          "s": pa.array([{"x": 1000}], pa.struct([("x", pa.time64("ns"))]))})
        with pa.OSFile(str(self.folder / "times.arrow"), "wb") as file:
            with ipc.new_file(file, table.schema) as writer:
                writer.write_table(table)
        self.run_tarn("import", "times.arrow")
        self.assertIn("were written as microseconds; where their last digits matter, write Arrow: t, s\n",
                      self.run_tarn("export", "times", "times.parquet"))
        answer = self.run_tarn("sql", "FROM times", "--format", "csv")
        self.assertEqual(answer, 't,n,s\n01:02:03.123456,7,"{""x"":""00:00:00.000001""}"\n')

    def test_equal_names_are_told_apart_as_in_every_format(self):
        columns = [pa.array([1]), pa.array([2]), pa.array([3]), pa.array([4])]
        self.write("dup.parquet", pa.table(columns, names=["a", "a", "A", " b "]))
        told = self.run_tarn("import", "dup.parquet")
        self.assertIn('"a" (column 2) is now a_2, "A" (column 3) is now A_3', told)
        self.assertIn('names have no spaces around them: " b " (column 4) is now b', told)
        (self.folder / "dup.csv").write_text("a,a,A, b \n1,2,3,4\n")
        self.run_tarn("import", "dup.csv", "--name", "text")
        self.assertEqual(self.run_tarn("export", "dup", "-", "--format", "csv"),
                         self.run_tarn("export", "text", "-", "--format", "csv"))

    def test_an_encrypted_file_is_said_to_be_one(self):
        factory = encryption.CryptoFactory(Kms)
        how = encryption.EncryptionConfiguration(footer_key="f", column_keys={"c": ["a"]})
        properties = factory.file_encryption_properties(encryption.KmsConnectionConfig(), how)
        table = pa.table({"a": [1, 2]})
        with pq.ParquetWriter(self.folder / "secret.parquet", table.schema, encryption_properties=properties) as writer:
            writer.write_table(table)
        told = self.run_tarn("import", "secret.parquet", fails=True)
        self.assertIn("secret.parquet is encrypted, and encrypted Parquet files cannot be read", told)

    def test_a_map_with_a_key_twice_is_refused_where_it_cannot_be_held(self):
        maps = {
            "flat": pa.array([[("k", 1)], [("a", 1), ("b", 1), ("a", 2)], None], pa.map_(pa.string(), pa.int64())),
            "deep": pa.array([None, [[("a", 1)], [("a", 1), ("a", 2)]]], pa.list_(pa.map_(pa.string(), pa.int64()))),
        }
        for name, values in maps.items():
            table = pa.table({"id": list(range(len(values))), "m": values})
            with pa.OSFile(str(self.folder / f"{name}.arrow"), "wb") as file:
                with ipc.new_file(file, table.schema) as writer:
                    writer.write_table(table)
            self.run_tarn("import", f"{name}.arrow")
            for kind in ("parquet", "json", "ndjson"):
                told = self.run_tarn("export", name, f"out.{kind}", fails=True)
                self.assertIn(f'row 2 of column m has a map with the key "a" twice, which {kind} cannot hold', told)
                self.assertFalse((self.folder / f"out.{kind}").exists())
            self.run_tarn("export", name, f"{name}_out.arrow")
            with ipc.open_file(str(self.folder / f"{name}_out.arrow")) as reader:
                self.assertEqual(reader.read_all()["m"].to_pylist(), table["m"].to_pylist())


if __name__ == "__main__":
    unittest.main(verbosity=1)
