"""Answers the benchmark's commands, one line each: pyarrow's side of writing and reading Arrow IPC.

    load PARQUET            keep this file's table in memory
    write CODEC PATH        write it as an Arrow file, on disk when done
    read PATH               read an Arrow file into memory
    read-mapped PATH        read an Arrow file by mapping it
    same PATH               does an Arrow file hold the table?

`write` and the reads answer with the seconds they took, the others with "ok" or with what is wrong.
"""

import os
import sys
import time

import pyarrow
import pyarrow.feather
import pyarrow.parquet


class Answers:
    def __init__(self):
        self.table = None

    def load(self, path):
        self.table = pyarrow.parquet.read_table(path).combine_chunks()
        return "ok"

    def write(self, codec, path):
        compression = {"none": "uncompressed"}.get(codec, codec)
        begun = time.perf_counter()
        with open(path, "wb") as file:
            pyarrow.feather.write_feather(self.table, file, compression=compression)
            file.flush()
            os.fsync(file.fileno())
        return repr(time.perf_counter() - begun)

    def read(self, path, mapped=False):
        begun = time.perf_counter()
        pyarrow.feather.read_table(path, memory_map=mapped)
        return repr(time.perf_counter() - begun)

    def read_mapped(self, path):
        return self.read(path, mapped=True)

    def same(self, path):
        other = pyarrow.feather.read_table(path)
        if other.column_names != self.table.column_names:
            return f"columns {other.column_names} instead of {self.table.column_names}"
        for name in other.column_names:
            if not other[name].cast(self.table[name].type).equals(self.table[name]):
                return f"column {name} differs"
        return "ok"


def main():
    pyarrow.set_cpu_count(int(sys.argv[1]))
    answers = Answers()
    for line in sys.stdin:
        command, *arguments = line.rstrip("\n").split(" ")
        print(getattr(answers, command.replace("-", "_"))(*arguments), flush=True)


if __name__ == "__main__":
    main()
