#!/usr/bin/env python3
"""A reader made from docs/format.md alone, with nothing of Tarn in it, sees every version as the program shows it."""

import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest

import pyarrow as pa
import pyarrow.ipc as ipc

TARN = os.environ["TARN"]


class Reader:
    """The journal's lines in order; index files are not needed."""

    def __init__(self, folder):
        self.folder = folder
        self.tables, self.changes, self.places = {}, {}, {}
        for path in sorted((folder / "journal").glob("*.jsonl")):
            for line in path.read_bytes().split(b"\n")[:-1]:
                self.take(json.loads(line))

    def take(self, line):
        if "past" in line:  # the checkpoint knows what it did, but for the changes of the versions that it made
            line = {"kept": [table for table in line["past"].get("tables", []) if "change" in table]}
        for table in line.get("checkpoint", {}).get("tables", []):
            self.tables[table["table"]] = table
        for entry in line.get("batches", []):
            self.places[entry[0]] = entry
        for table in line.get("kept", []) + line.get("tables", []):
            if "head" in table and table not in line.get("kept", []):
                self.tables[table["table"]] = table
            if "change" in table:
                self.changes[table["table"], table["version"]] = (table["from"], table["change"])

    def batch(self, id):
        _, segment, offset, length, _, _ = self.places[id]
        with open(self.folder / f"segments/{segment:08}.seg", "rb") as file:
            file.seek(offset)
            return ipc.open_stream(file.read(length)).read_next_batch().column(0).to_pylist()

    def state(self, table, version):
        chain, state = [], {"chunks": [], "columns": [], "values": {}, "patches": {}, "live": {}, "order": None}
        while version != 0:
            version, change = self.changes[table, version]
            chain.append(change)
        for change in reversed(chain):
            self.apply(state, change)
        return state

    @staticmethod
    def apply(state, change):
        if "chunks" in change:
            keep = change["chunks"][0]
            state["chunks"] = state["chunks"][:keep]
            for first, rows, each in change["chunks"][1:]:
                state["chunks"] += [(first + at, min(each, rows - at)) for at in range(0, rows, each)]
            for part in ("values", "patches"):
                state[part] = {key: value for key, value in state[part].items() if key[1] < keep}
            state["live"] = {chunk: id for chunk, id in state["live"].items() if chunk < keep}
        if "columns" in change:
            old = {column["field"]: column for column in state["columns"]}
            state["columns"] = [old[c] if isinstance(c, int) else c for c in change["columns"]]
        for field, *entries in change.get("values", []):
            for first, count, id in entries:
                for chunk in range(first, first + count):
                    state["values"][field, chunk] = id
                    state["patches"].pop((field, chunk), None)
        for field, *entries in change.get("patches", []):
            for chunk, _, id in entries:
                state["patches"].setdefault((field, chunk), []).append(id)
        for chunk, id, _ in change.get("live", []):
            state["live"][chunk] = id
        if "order" in change:
            state["order"] = change["order"]

    def column(self, state, field, chunk):
        first, rows = state["chunks"][chunk]
        id = state["values"].get((field, chunk), "")
        values = self.batch(id) if id else [None] * rows
        for patch in state["patches"].get((field, chunk), []):
            for cell in self.batch(patch):
                values[cell["row"] - first] = cell["value"]
        assert len(values) == rows
        return values

    def rows(self, table, version):
        state, shown = self.state(table, version), {}
        for chunk, (first, count) in enumerate(state["chunks"]):
            live = self.batch(state["live"][chunk]) if state["live"].get(chunk) else [True] * count
            columns = [self.column(state, column["field"], chunk) for column in state["columns"]]
            for at in range(count):
                if live[at]:
                    shown[first + at] = [values[at] for values in columns]
        return [shown[row] for row in self.order(state, shown)]

    def order(self, state, shown):
        if state["order"] is None:
            return list(shown)
        kind, *pieces = state["order"]
        numbers = [number for id, _ in pieces for number in self.batch(id)]
        if kind == "runs":
            pairs = zip(numbers[::2], numbers[1::2])
            return [row for start, count in pairs for row in range(start, start + count) if row in shown]
        named = set(numbers)
        return [row for row in numbers if row in shown] + [row for row in shown if row not in named]


class Zones:
    """What follows a batch's stream, from the end of its stored bytes."""

    def __init__(self, stored, id):
        self.parts = []
        if stored[-8:] != b"TARNZON1":
            return
        size, high, low = struct.unpack("<QQQ", stored[-40:-16])
        assert f"{high:016x}{low:016x}" == id
        self.bytes = stored[-40 - size : -40]
        form, self.kind, self.width, bits = self.take(4)
        assert form == 1
        self.ascii = bits & 1 != 0
        self.rows, self.longest, self.sampled, _ = struct.unpack("<4I", self.take(16))
        self.least = self.text() if bits & 2 else None
        self.greatest = self.text() if bits & 4 else None
        self.take(256 if bits & 8 else 0)
        self.parts = [self.part() for _ in range(0, self.rows, 2048)]
        assert self.bytes == b""

    def take(self, size):
        taken, self.bytes = self.bytes[:size], self.bytes[size:]
        return taken

    def text(self):
        return self.take(struct.unpack("<H", self.take(2))[0])

    def part(self):
        bits, nulls = struct.unpack("<BH", self.take(3))
        return bits, nulls, self.bound() if bits & 1 else None, self.bound() if bits & 1 else None

    def bound(self):
        if self.kind == 3:
            return struct.unpack("<d", self.take(8))[0]
        if self.kind == 4:
            return self.take(self.take(1)[0])
        return int.from_bytes(self.take(self.width), "little", signed=True)


class FormatDocument(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def tarn(self, *words):
        return subprocess.run([TARN, *words], cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def shown(self, name):
        return json.loads(self.tarn("show", name, "-n", "1000", "--json"))

    def test_every_version(self):
        lines = ["n,word"] + [f"{i},{'' if i % 5 == 0 else 'word %d' % i}" for i in range(200)]
        (self.folder / "t.csv").write_text("\n".join(lines) + "\n")
        self.tarn("init")
        self.tarn("import", "t.csv")
        self.tarn("apply", "t", "edit", "--column", "word", "--set", "row=3", "--set", "value=patched")
        self.tarn("apply", "t", "filter", "--set", "where=n % 3 <> 1")
        self.tarn("apply", "t", "set", "--column", "n", "--set", "expr=n * 2")
        self.tarn("apply", "t", "rename", "--column", "word", "--set", "to=text")
        self.tarn("undo", "t", "2")
        self.tarn("apply", "t", "drop", "--column", "n")
        reader = Reader(self.folder / ".tarn")
        (table,) = reader.tables
        for version in range(1, reader.tables[table]["newest"] + 1):
            answer = self.shown(f"t@{version}")
            self.assertEqual([list(row) for row in self.rows_of(answer)], reader.rows(table, version), version)
        self.assertEqual(reader.tables[table]["head"], 6)

    def test_zones(self):
        lines = ["n,word,x,day,flag,same"]
        for i in range(20000):
            word = "" if i % 7 == 0 else f"a word that is long {i * 7919 % 20011}" if i % 3 else f"w{i}"
            lines.append(f"{i},{word},{i * 31 % 1000 / 8},20{i % 90 + 10}-01-{i % 28 + 1:02},{i % 2 == 0},é")
        (self.folder / "t.csv").write_text("\n".join(lines) + "\n")
        self.tarn("init")
        self.tarn("import", "t.csv")
        self.assertEqual(self.kinds_of_zones(), {1, 3, 4})
        self.tarn("freeze", "t")
        self.assertIn(4, self.kinds_of_zones())

    def kinds_of_zones(self):
        reader, kinds = Reader(self.folder / ".tarn"), set()
        for id, segment, offset, length, _, _ in reader.places.values():
            stored = (reader.folder / f"segments/{segment:08}.seg").read_bytes()[offset : offset + length]
            zones = Zones(stored, id)
            if zones.parts:
                kinds.add(zones.kind)
                self.check_zones(zones, ipc.open_stream(stored).read_next_batch().column(0))
        return kinds

    def check_zones(self, zones, column):
        if pa.types.is_date(column.type) or pa.types.is_boolean(column.type):
            column = column.cast(pa.int32())
        values = [value.encode() if isinstance(value, str) else value for value in column.to_pylist()]
        self.assertEqual(zones.rows, len(values))
        for at, (bits, nulls, least, greatest) in enumerate(zones.parts):
            part = [value for value in values[at * 2048 : (at + 1) * 2048] if value is not None]
            self.assertEqual(nulls, len(values[at * 2048 : (at + 1) * 2048]) - len(part))
            cut = 16 if zones.kind == 4 else None
            self.assertEqual([least, greatest], [min(part)[:cut], max(part)[:cut]] if cut else [min(part), max(part)])
            self.assertEqual(bits & 12, (4 if least == min(part) else 0) | (8 if greatest == max(part) else 0))
        if zones.kind == 4:
            there = [value for value in values if value is not None]
            self.assertEqual(zones.longest, max(map(len, there)))
            self.assertEqual((zones.least, zones.greatest), (min(there), max(there)))
            self.assertEqual(zones.ascii, all(value.isascii() for value in there))

    @staticmethod
    def rows_of(answer):
        rows = answer["rows"] if isinstance(answer, dict) else answer
        return [list(row.values()) if isinstance(row, dict) else row for row in rows]


if __name__ == "__main__":
    unittest.main()
