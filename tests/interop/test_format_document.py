#!/usr/bin/env python3
"""A reader made from docs/format.md alone, with nothing of Tarn in it, sees every version as the program shows it."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

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

    @staticmethod
    def rows_of(answer):
        rows = answer["rows"] if isinstance(answer, dict) else answer
        return [list(row.values()) if isinstance(row, dict) else row for row in rows]


if __name__ == "__main__":
    unittest.main()
