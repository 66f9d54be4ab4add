#!/usr/bin/env python3
"""Measures `tarn serve` on loopback, and its peers on the same table: pages and small queries a second (by wrk), a large
result as Arrow (beside pyarrow's Flight server). Prints a table.

    bench/server.py TARN [--seconds N] [--rows N] [--datasette PROGRAM]
"""
import argparse
import contextlib
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

ROWS_OF_PAGE = 100


def report(what, ours, peer=None, goal=None, unit=""):
    ratio = f"{ours / peer:.2f} x" if peer else ""
    print(f"{what:34} {ours:12,.1f} {unit:10} {f'{peer:,.1f}' if peer else '':>12} {ratio:>10}  {goal or ''}", flush=True)


def wrk(url, path, token=None, accept="application/json", seconds=5, connections=16, body=None, offsets=0):
    """(requests a second, median in ms, 99th percentile in ms)"""
    headers = {"Accept": accept}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if body:
        headers["Content-Type"] = "application/json"
    fields = ", ".join(f'["{name}"]="{value}"' for name, value in headers.items())
    method = "POST" if body else "GET"
    where = f'"{path}" .. math.random(0, {offsets})' if offsets else f'"{path}"'
    text = f", [==[{body}]==]" if body else ""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f'request = function() return wrk.format("{method}", {where}, {{{fields}}}{text}) end\n')
        script.flush()
        said = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency", "-s", script.name, url], capture_output=True, text=True).stdout
    if "Non-2xx" in said:
        sys.exit(f"{path}: not all was answered well:\n{said}")

    def latency(percent):
        number, unit = re.search(rf"^\s+{percent}%\s+([0-9.]+)(us|ms|s|m)$", said, re.MULTILINE).groups()
        return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]

    return float(re.search(r"Requests/sec:\s+([0-9.]+)", said)[1]), latency(50), latency(99)


@contextlib.contextmanager
def serve(program, folder):
    with subprocess.Popen([program, "serve", folder, "--port", "0", "--json"], stdout=subprocess.PIPE, text=True) as server:
        said = json.loads(server.stdout.readline())
        try:
            yield said["url"], said["token"]
        finally:
            server.terminate()
            server.wait()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def make_table(program, folder, rows):
    path = os.path.join(folder, "orders.csv")
    with open(path, "w") as file:
        file.write("id,customer,city,amount,day,note\n")
        for n in range(rows):
            file.write(f"{n},customer {n % 997},city {n % 89},{n % 10007 / 100},2026-{n % 12 + 1:02}-{n % 28 + 1:02},a note to order {n}\n")
    for command in (["init"], ["import", path]):
        subprocess.run([program, *command, "-q"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return path


def measure_pages(url, token, arguments):
    path, last = "/api/v1/tables/orders/rows?count=100&offset=", arguments.rows - ROWS_OF_PAGE
    results = {}
    for name, accept in (("Arrow", "application/vnd.apache.arrow.stream"), ("JSON", "application/json")):
        rate, median, slowest = results[name] = wrk(url, path, token, accept, arguments.seconds, offsets=last)
        report(f"pages of 100 rows, {name}", rate, unit="requests/s", goal=f"p50 {median:.2f} ms, p99 {slowest:.2f} ms")
        rate, median, slowest = wrk(url, path + "1000", token, accept, arguments.seconds)
        report(f"one page again and again, {name}", rate, unit="requests/s", goal=f"15,000; p50 {median:.2f} ms, p99 {slowest:.2f} ms")
    rate, median, _ = wrk(url, "/api/v1/sql", token, "application/json", arguments.seconds, body='{"sql": "SELECT city, sum(amount) AS s FROM orders WHERE id < 1000 GROUP BY city"}')
    report("small aggregate by SQL", rate, unit="requests/s", goal=f"2,000; p50 {median:.2f} ms")
    return results["JSON"][0]


def measure_datasette(program, csv, folder, seconds, ours, rows):
    database = os.path.join(folder, "orders.db")
    with contextlib.closing(sqlite3.connect(database)) as connection, open(csv) as file:
        next(file)
        connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT, city TEXT, amount REAL, day TEXT, note TEXT)")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", (line.rstrip("\n").split(",") for line in file))
        connection.commit()
    port = free_port()
    with subprocess.Popen([program, "serve", database, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
            rate, median, _ = wrk(f"http://127.0.0.1:{port}/", "/orders/orders.json?_size=100&_next=", seconds=seconds, offsets=rows - ROWS_OF_PAGE)
            report("page, JSON, beside Datasette", ours, rate, f"50 x; its p50 {median:.2f} ms", "requests/s")
        finally:
            server.terminate()


def receive(url, token, path, body):
    """Bytes a second of an answer that nobody looks at."""
    host, port = url.split("//")[1].rstrip("/").split(":")
    head = (f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}").encode()
    buffer, total, began = bytearray(1 << 20), 0, time.perf_counter()
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head)
        while size := connection.recv_into(buffer):
            total += size
    return total / (time.perf_counter() - began)


FLIGHT = """
import sys, pyarrow as pa, pyarrow.flight as flight
table = pa.table({"id": pa.array(range(int(sys.argv[1])), pa.int64()), "x": pa.array([0.5]) .take(pa.array([0] * int(sys.argv[1])))})
class Server(flight.FlightServerBase):
    def do_get(self, context, ticket):
        return flight.RecordBatchStream(table)
server = Server("grpc://127.0.0.1:0")
print(server.port, flush=True)
server.serve()
"""


def measure_large(url, token, rows):
    import pyarrow.flight as flight

    sql = json.dumps({"sql": f"SELECT range AS id, 0.5::DOUBLE AS x FROM range({rows})", "format": "arrow-stream"})
    with subprocess.Popen([sys.executable, "-c", FLIGHT, str(rows)], stdout=subprocess.PIPE, text=True) as server:
        port = int(server.stdout.readline())
        client = flight.connect(f"grpc://127.0.0.1:{port}")
        ours, peer = [], []
        for _ in range(3):
            ours.append(receive(url, token, "/api/v1/sql", sql))
            began, total = time.perf_counter(), 0
            for chunk in client.do_get(flight.Ticket(b"")):
                total += chunk.data.nbytes
            peer.append(total / (time.perf_counter() - began))
        server.terminate()
    report(f"{rows * 16 / 1e9:.1f} GB as Arrow, beside Flight", sorted(ours)[1] / 1e6, sorted(peer)[1] / 1e6, "1,000; 1.0 x", "MB/s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tarn")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=200000, help="of the table")
    parser.add_argument("--large", type=int, default=64_000_000, help="rows of 16 bytes of the large result")
    parser.add_argument("--datasette", help="the program, when it is to be measured too")
    arguments = parser.parse_args()
    arguments.tarn = os.path.abspath(arguments.tarn)
    print(f"{'what':34} {'tarn':>12} {'':10} {'peer':>12} {'ratio':>10}  goal")
    with tempfile.TemporaryDirectory(dir=os.environ.get("TARN_BENCH_DIR")) as folder:
        csv = make_table(arguments.tarn, folder, arguments.rows)
        with serve(arguments.tarn, folder) as (url, token):
            pages = measure_pages(url, token, arguments)
            measure_large(url, token, arguments.large)
        if arguments.datasette:
            measure_datasette(arguments.datasette, csv, folder, arguments.seconds, pages, arguments.rows)


if __name__ == "__main__":
    main()
