#!/usr/bin/env python3
"""Arrow files that say they hold far more than their bytes: refused, in little memory.

TARN is the program.
"""

import os
import pathlib
import resource
import shutil
import subprocess
import tempfile
import unittest

import pyarrow as pa
import pyarrow.ipc as ipc

TARN = os.environ["TARN"]
MEMORY = 900 << 10  # kB


class Bounds(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        subprocess.run([TARN, "init", "-q"], cwd=self.folder, check=True)

    def write(self, name, array, **options):
        with pa.OSFile(str(self.folder / name), "wb") as file:
            schema = pa.schema([("a", array.type)])
            with ipc.new_stream(file, schema, options=ipc.IpcWriteOptions(**options)) as writer:
                writer.write_batch(pa.record_batch([array], schema=schema))

    def refused(self, name, words):
        done = subprocess.run([TARN, "import", name], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(words, done.stderr)
        self.assertIn(name, done.stderr)
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, MEMORY)

    def test_zeros_that_compress_to_nothing(self):
        count = 80_000_000
        zeros = pa.Array.from_buffers(pa.int64(), count, [None, pa.py_buffer(bytes(8 * count))])
        self.write("zeros.arrow", zeros, compression="zstd")
        self.refused("zeros.arrow", "more memory than its")

    def test_rows_without_bytes(self):
        self.write("nulls.arrow", pa.nulls(1_000_000_000))
        self.refused("nulls.arrow", "more than its bytes can hold")
        runs = pa.RunEndEncodedArray.from_arrays(pa.array([2_000_000_000], pa.int32()), pa.array([7]))
        self.write("runs.arrow", runs)
        self.refused("runs.arrow", "more than its bytes can hold")

    def test_long_text_that_many_rows_share(self):
        runs = pa.RunEndEncodedArray.from_arrays(pa.array([6000], pa.int32()), pa.array(["x" * 100_000]))
        self.write("text.arrow", runs)  # 600 MB, a part at a time
        subprocess.run([TARN, "import", "-q", "text.arrow"], cwd=self.folder, check=True)
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, MEMORY)


if __name__ == "__main__":
    unittest.main()
