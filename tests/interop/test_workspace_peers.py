#!/usr/bin/env python3
"""Other people's readers on what a workspace holds: every stream in the segments, at its offset, and every exported file.

TARN is the program. What pyarrow, polars and Arrow's JavaScript library read must be what the program itself shows.
"""

import csv
import io
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
import pyarrow.parquet as parquet

TARN = os.environ["TARN"]
HERE = pathlib.Path(__file__).parent
CSV = "id,city,price,day,moment,flag,zip\n" + "".join(
    f"{i},{'' if i % 7 == 0 else 'Łódź ' + str(i % 5)},{i / 4},2026-01-{i % 28 + 1:02},2026-01-02 03:04:{i % 60:02},"
    f"{'true' if i % 2 else 'false'},{i:05}\n"
    for i in range(1, 1001)
)


class Workspace(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.run_tarn("init")
        (self.folder / "t.csv").write_text(CSV)
        self.run_tarn("import", "t.csv")

    def run_tarn(self, *words):
        return subprocess.run([TARN, *words], cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def rows(self, version="t"):
        return json.loads(self.run_tarn("show", version, "-n", "2000", "--json"))

    def records(self):
        for path in sorted((self.folder / ".tarn/journal").glob("*.jsonl")):
            for line in path.read_text().splitlines():
                record = json.loads(line)
                if "number" in record:
                    yield record

    def streams(self):
        """Each batch that a record added: the bytes of its stream."""
        for record in self.records():
            for _, segment, offset, length, *_ in record.get("batches", []):
                data = (self.folder / f".tarn/segments/{segment:08}.seg").read_bytes()
                self.assertEqual(offset % 64, 0)
                self.assertEqual(len(data[offset : offset + length]), length)
                yield data[offset:]  # whoever is pointed at an offset reads one stream and stops at its end

    def javascript(self, data):
        path = self.folder / "peer.arrow"
        path.write_bytes(data)
        modules = os.environ.get("NODE_PATH") or str(HERE.parent.parent / "deps/node/node_modules")
        if not pathlib.Path(modules, "apache-arrow").exists():
            self.skipTest("apache-arrow is missing")
        command = ["node", str(HERE / "arrow_peer.cjs"), str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "NODE_PATH": modules})
        return json.loads(done.stdout)

    def test_segments(self):
        """A batch carries values, not its column's name, which may change: columns are told by what they hold."""
        found = []
        for data in self.streams():
            table = ipc.open_stream(pa.py_buffer(data)).read_all()
            self.assertEqual(table.num_columns, 1)
            found.append(table.column(0).to_pylist())
            self.assertEqual(polars.read_ipc_stream(io.BytesIO(data)).to_series(0).to_list(), found[-1])
        shown = self.rows()
        self.assertEqual(len(found), 7)
        for name in ("id", "city", "price", "flag", "zip"):
            self.assertIn([row[name] for row in shown], found)
        for name in ("day", "moment"):
            self.assertIn([row[name] for row in shown], [[str(value) for value in values] for values in found])

    def test_segments_in_javascript(self):
        compared = 0
        for data in self.streams():
            expected = ipc.open_stream(pa.py_buffer(data)).read_all()
            values = [next(iter(row.values())) for row in self.javascript(data)]
            self.assertEqual(len(values), expected.num_rows)
            if not pa.types.is_temporal(expected.schema.types[0]):  # which JavaScript shows as numbers
                self.assertEqual(values, expected.column(0).to_pylist())
                compared += 1
        self.assertEqual(compared, 5)

    def test_changes(self):
        self.run_tarn("apply", "t", "edit", "--column", "city", "--set", "row=3", "--set", "value=Oslo")
        self.run_tarn("apply", "t", "filter", "--set", "where=id % 3 <> 0")
        for data in self.streams():
            table = ipc.open_stream(pa.py_buffer(data)).read_all()
            self.assertEqual(polars.read_ipc_stream(io.BytesIO(data)).height, table.num_rows)

    def check_file(self, table):
        shown = self.rows()
        self.assertEqual(table.column_names, list(shown[0]))
        for name in ("id", "city", "price", "flag", "zip"):
            self.assertEqual(table.column(name).to_pylist(), [row[name] for row in shown])
        self.assertEqual([str(v) for v in table.column("day").to_pylist()], [row["day"] for row in shown])
        self.assertEqual([str(v) for v in table.column("moment").to_pylist()], [row["moment"] for row in shown])

    def test_exports(self):
        for name, compressions in {"o.arrow": ("none", "lz4", "zstd"), "o.parquet": ("zstd", "snappy", "none")}.items():
            for compression in compressions:
                self.run_tarn("export", "t", name, "--compression", compression, "--force")
                path = self.folder / name
                if name.endswith("parquet"):
                    self.check_file(parquet.read_table(path))
                    self.check_file(polars.read_parquet(path).to_arrow())
                else:
                    self.check_file(ipc.open_file(path).read_all())
                    self.check_file(polars.read_ipc(path, memory_map=False).to_arrow())
        self.run_tarn("export", "t", "o.arrows")
        self.check_file(ipc.open_stream((self.folder / "o.arrows").read_bytes()).read_all())
        self.assertEqual([r["id"] for r in self.javascript((self.folder / "o.arrows").read_bytes())], list(range(1, 1001)))
        self.run_tarn("export", "t", "o.json")
        self.assertEqual(json.loads((self.folder / "o.json").read_text()), self.rows())
        self.run_tarn("export", "t", "o.csv")
        with open(self.folder / "o.csv", newline="") as file:
            self.assertEqual([r["zip"] for r in csv.DictReader(file)], [row["zip"] for row in self.rows()])

    def test_theirs(self):
        table = pa.table({
            "n": pa.array([1, None, 3], pa.int32()),
            "s": pa.array(["a", "", None]),
            "l": pa.array([[1, 2], None, []], pa.list_(pa.int64())),
            "e": pa.array(["x", "y", "x"]).dictionary_encode(),
        })
        parquet.write_table(table, self.folder / "p.parquet")
        with ipc.new_file(self.folder / "p.arrow", table.schema) as writer:
            writer.write_table(table)
        polars.from_arrow(table).write_ipc(self.folder / "q.arrow")
        polars.from_arrow(table).write_parquet(self.folder / "q.parquet")
        for number, name in enumerate(("p.parquet", "p.arrow", "q.arrow", "q.parquet")):
            self.run_tarn("import", name, "--name", f"theirs{number}")
            rows = self.rows(f"theirs{number}")
            self.assertEqual([row["n"] for row in rows], [1, None, 3], name)
            self.assertEqual([row["s"] for row in rows], ["a", "", None], name)
            self.assertEqual([row["l"] for row in rows], [[1, 2], None, []], name)
            self.assertEqual([row["e"] for row in rows], ["x", "y", "x"], name)


if __name__ == "__main__":
    unittest.main()
