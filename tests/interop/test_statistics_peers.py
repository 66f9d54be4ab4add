#!/usr/bin/env python3
"""Files of statistics packages: what pyreadstat writes is read with its labels, and what is written pyreadstat reads.

TARN is the program.
"""

import csv
import datetime
import io
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import numpy
import pandas
import pyreadstat

TARN = os.environ["TARN"]
FRAME = pandas.DataFrame(
    {
        "nr": [1, 2, 3],
        "answer": [1.0, 2.0, 1.0],
        "years": [34.0, 99.0, numpy.nan],
        "town": ["Zürich", "Łódź", ""],
        "weight": [1.5, -2.25, 1e10],
        "born": [datetime.date(2001, 2, 3), datetime.date(1890, 1, 1), None],
        "seen": [pandas.Timestamp("2020-01-02 03:04:05"), pandas.Timestamp("1999-12-31 23:59:59"), pandas.NaT],
    }
)
LABELS = {"nr": "Number of the sheet", "answer": "Was it good?"}
VALUES = {"answer": {1: "yes", 2: "no"}, "years": {99: "refused"}}
TEXT = (
    "nr,answer,years,town,weight,born,seen\n"
    "1,yes,34,Zürich,1.5,2001-02-03,2020-01-02 03:04:05\n"
    "2,no,{refused},Łódź,-2.25,1890-01-01,1999-12-31 23:59:59\n"
    "3,yes,,,10000000000.0,,\n"
)


class Statistics(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.run_tarn("init")

    def run_tarn(self, *words):
        return subprocess.run([TARN, *words], cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def path(self, name):
        return str(self.folder / name)

    def read(self, name, *options):
        said = self.run_tarn("import", name, "--name", "t", "--replace", *options)
        return said, self.run_tarn("export", "t", "-", "--format", "csv")

    def test_spss_with_labels_and_missing_values(self):
        for name, more in ("a.sav", {}), ("a.zsav", {"compress": True}):
            pyreadstat.write_sav(
                FRAME, self.path(name), column_labels=LABELS, variable_value_labels=VALUES, missing_ranges={"years": [99]}, **more
            )
            said, text = self.read(name)
            self.assertEqual(text, TEXT.format(refused=""))
            self.assertIn("the texts of value labels instead of codes (--values keeps the codes): answer", said)
            self.assertIn("calls missing, which are null now: years", said)
            said, text = self.read(name, "--values")
            self.assertEqual(text, TEXT.format(refused="").replace(",yes,", ",1,").replace(",no,", ",2,"))

    def test_stata(self):
        for version in 8, 10, 13, 14, 15:
            frame = FRAME if version > 13 else FRAME.assign(town=["Rom", "Paris", ""])
            pyreadstat.write_dta(frame, self.path("a.dta"), column_labels=LABELS, variable_value_labels=VALUES, version=version)
            expected = TEXT if version > 13 else TEXT.replace("Zürich", "Rom").replace("Łódź", "Paris")
            self.assertEqual(self.read("a.dta")[1], expected.format(refused="99"))

    def test_sas_transport_and_portable_spss(self):
        plain = TEXT.format(refused="99").replace(",yes,", ",1,").replace(",no,", ",2,")
        pyreadstat.write_xport(FRAME, self.path("a.xpt"), column_labels=LABELS)
        self.assertEqual(self.read("a.xpt")[1], plain)
        pyreadstat.write_por(FRAME.assign(town=["Rom", "Paris", ""]), self.path("a.por"))
        expected = plain.replace("Zürich", "Rom").replace("Łódź", "Paris")
        self.assertEqual(self.read("a.por")[1].lower(), expected.lower())

    def test_what_is_written_is_read_by_others(self):
        (self.folder / "w.csv").write_text(
            "id,Größe,is it,moment,day,hour,long\n1,1.25,true,2024-02-29 12:00:00.5,1850-01-01,23:59:58,"
            + "x" * 1500
            + '\n2,,false,,,,"say ""é"""\n'
        )
        self.run_tarn("import", "w.csv")
        for ending, read in ("sav", pyreadstat.read_sav), ("dta", pyreadstat.read_dta):
            self.run_tarn("export", "w", "w." + ending)
            frame, meta = read(self.path("w." + ending))
            self.assertEqual(list(frame.columns), ["id", "Gr__e", "is_it", "moment", "day", "hour", "long1"])
            self.assertEqual(meta.column_names_to_labels["Gr__e"], "Größe")
            self.assertEqual(list(frame["id"]), [1, 2])
            self.assertEqual(list(frame["is_it"]), [1, 0])
            self.assertTrue(numpy.isnan(frame["Gr__e"][1]))
            self.assertEqual(pandas.Timestamp(frame["moment"][0]), pandas.Timestamp("2024-02-29 12:00:00.5"))
            self.assertEqual(pandas.Timestamp(frame["day"][0]), pandas.Timestamp("1850-01-01"))
            self.assertEqual(str(frame["hour"][0])[-8:], "23:59:58")
            self.assertEqual(list(frame["long1"]), ["x" * 1500, 'say "é"'])
            self.run_tarn("import", "w." + ending, "--name", "back", "--replace")
            rows = list(csv.reader(io.StringIO(self.run_tarn("export", "back", "-", "--format", "csv"))))
            self.assertEqual(rows[1][3:6], ["2024-02-29 12:00:00.5", "1850-01-01", "23:59:58"])
            self.assertEqual(rows[2], ["2", "", "0", "", "", "", 'say "é"'])

    def test_what_cannot_be_held_is_refused(self):
        for sql in "SELECT 9007199254740993", "SELECT 'inf'::DOUBLE", "SELECT repeat('x', 40000)":
            for ending in "sav", "dta":
                with self.assertRaises(subprocess.CalledProcessError) as raised:
                    self.run_tarn("sql", sql, "-o", "no." + ending)
                self.assertIn("row 1, column", raised.exception.stderr)
                self.assertFalse((self.folder / ("no." + ending)).exists())

    def test_damaged_files_are_refused(self):
        pyreadstat.write_dta(FRAME, self.path("a.dta"))
        whole = pathlib.Path(self.path("a.dta")).read_bytes()
        for size in 40, len(whole) // 2:
            pathlib.Path(self.path("cut.dta")).write_bytes(whole[:size])
            with self.assertRaises(subprocess.CalledProcessError) as raised:
                self.run_tarn("import", "cut.dta")
            self.assertIn("cut.dta", raised.exception.stderr)


if __name__ == "__main__":
    unittest.main()
