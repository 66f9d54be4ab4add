"""Who may come in, and what is refused at the door: tokens, roles, pages from elsewhere, requests that are none."""
import concurrent.futures
import json
import os
import signal
import socket
import subprocess
import unittest

from serving import TARN, ServerTest, read_to_end, tarn


class Tokens(ServerTest):
    def test_roles_and_tables(self):
        path, made = self.tokens(anna="owner", bert="writer", cleo="reader", dora=("reader", "pub*"))
        server = self.serve("--tokens", path)
        self.assertIsNone(server.token)

        def status(who, method, where, **more):
            return server.request(method, where, token=made[who], **more)[0]

        change = {"json_body": {"command": "filter", "parameters": {"where": "n < 900"}}}
        self.assertEqual(status("cleo", "GET", "/api/v1/tables/numbers/rows"), 200)
        self.assertEqual(status("cleo", "POST", "/api/v1/tables/numbers/apply", **change), 403)
        self.assertEqual(status("bert", "POST", "/api/v1/tables/numbers/apply", **change), 200)
        self.assertEqual(status("bert", "POST", "/api/v1/gc", json_body={}), 403)
        self.assertEqual(status("anna", "POST", "/api/v1/gc", json_body={}), 200)
        # What is not for somebody is as if it were not there.
        self.assertEqual(status("dora", "GET", "/api/v1/tables/numbers/rows"), 404)
        _, _, body = server.request("GET", "/api/v1/tables", token=made["dora"])
        self.assertEqual(json.loads(body)["tables"], [])
        status_of_sql, _, body = server.request("POST", "/api/v1/sql", token=made["dora"], json_body={"sql": "FROM numbers"})
        self.assertGreaterEqual(status_of_sql, 400)
        self.assertNotIn(b"row 1", body)
        events = server.ask("GET", "/api/v1/audit", token=made["anna"])["events"]
        self.assertIn("bert", [event["user"] for event in events if event["command"] == "filter"])

    def test_the_file_is_its_owners_alone(self):
        path, made = self.tokens(anna="owner")
        with open(path) as file:
            self.assertNotIn(made["anna"], file.read())
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        os.chmod(path, 0o640)
        refused = subprocess.run([TARN, "serve", self.workspace, "--tokens", path], capture_output=True, text=True, timeout=60)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("others can read", refused.stderr)
        self.assertIn("others can read", tarn("token", "list", "--tokens", path, check=False).stderr)

    def test_tokens_are_read_anew(self):
        path, made = self.tokens(anna="owner", bert="reader")
        server = self.serve("--tokens", path)
        self.assertEqual(server.request("GET", "/api/v1/tables", token=made["bert"])[0], 200)
        tarn("token", "remove", "bert", "--tokens", path)
        added = tarn("token", "add", "emil", "--role", "reader", "--tokens", path, "-q").stdout.strip()
        server.process.send_signal(signal.SIGHUP)
        while server.request("GET", "/api/v1/tables", token=added)[0] != 200:
            pass
        self.assertEqual(server.request("GET", "/api/v1/tables", token=made["bert"])[0], 401)
        self.assertEqual(server.request("GET", "/api/v1/tables", token=made["anna"])[0], 200)

    def test_wrong_tokens_wait_and_right_ones_do_not(self):
        server = self.serve()
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            wrong = [pool.submit(server.request, "GET", "/api/v1/tables", token=f"tarn_{n}") for n in range(64)]
            self.assertEqual(server.request("GET", "/api/v1/tables")[0], 200)
            statuses = {one.result()[0] for one in wrong}
        self.assertLessEqual(statuses, {401, 429})
        self.assertIn(429, statuses)

    def test_tokens_stand_nowhere_else(self):
        server = self.serve()
        for path in (f"/api/v1/tables?token={server.token}", f"/api/v1/tables?access_token={server.token}"):
            self.assertEqual(server.request("GET", path, token=None)[0], 401)
        self.assertEqual(server.request("GET", "/api/v1/tables", token=None, headers={"Authorization": f"Basic {server.token}"})[0], 401)


class Files(ServerTest):
    def test_files_of_the_machine_only_below_a_folder(self):
        shared = os.path.join(self.folder, "shared")
        os.mkdir(shared)
        os.rename(os.path.join(self.folder, "numbers.csv"), os.path.join(shared, "numbers.csv"))
        os.symlink("/etc", os.path.join(shared, "away"))
        with self.serve() as server:
            self.assertEqual(server.request("PUT", "/api/v1/tables/t?path=numbers.csv")[0], 403)
        with self.serve("--files", os.path.relpath(shared)) as server:
            self.assertEqual(server.ask("PUT", "/api/v1/tables/r?path=numbers.csv")["rows"], 1000)
            self.assertEqual(server.request("PUT", "/api/v1/tables/u?path=away/passwd")[0], 403)
        server = self.serve("--files", shared)
        self.assertEqual(server.ask("PUT", "/api/v1/tables/t?path=numbers.csv")["rows"], 1000)
        for path in ("/etc/passwd", "../workspace/.tarn", "away/passwd", "-"):
            status, _, body = server.request("PUT", f"/api/v1/tables/u?path={path}")
            self.assertGreaterEqual(status, 400, (path, body))
            self.assertNotIn(b"root", body)


class Pages(ServerTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve("--allow-origin", "https://tables.example")
        self.own = self.server.url.rstrip("/")

    def enter(self):
        code = self.server.link.split("#")[1]
        return self.server.request("POST", "/api/v1/session", token=code, headers={"Origin": self.own})

    def test_the_link_works_once(self):
        status, headers, _ = self.enter()
        self.assertEqual(status, 200)
        cookie = headers["Set-Cookie"]
        for word in ("HttpOnly", "SameSite=Strict", "Path=/"):
            self.assertIn(word, cookie)
        mine = {"Cookie": cookie.split(";")[0]}
        self.assertEqual(self.server.request("GET", "/api/v1/tables", token=None, headers=mine)[0], 200)
        self.assertEqual(self.enter()[0], 401)
        # A change by a cookie needs the page's origin.
        body = {"json_body": {"command": "filter", "parameters": {"where": "n < 10"}}, "token": None}
        path = "/api/v1/tables/numbers/apply"
        self.assertEqual(self.server.request("POST", path, headers=mine, **body)[0], 403)
        for origin in ("http://evil.example", "null", self.own + "0", "http://127.0.0.1", "https://tables.example"):
            self.assertEqual(self.server.request("POST", path, headers={**mine, "Origin": origin}, **body)[0], 403, origin)
        self.assertEqual(self.server.request("POST", path, headers={**mine, "Origin": self.own}, **body)[0], 200)
        self.assertEqual(self.server.request("DELETE", "/api/v1/session", token=None, headers={**mine, "Origin": self.own})[0], 204)
        self.assertEqual(self.server.request("GET", "/api/v1/tables", token=None, headers=mine)[0], 401)

    def test_hosts_are_known_by_name(self):
        for host in ("evil.example", "127.0.0.1", f"127.0.0.1:{self.server.port + 1}", "localhost.evil.example", ""):
            request = f"GET /api/v1/tables HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
            self.assertEqual(self.server.raw_status(request), 421, host)
        request = f"GET /healthz HTTP/1.1\r\nHost: LocalHost:{self.server.port}\r\nConnection: close\r\n\r\n".encode()
        self.assertEqual(self.server.raw_status(request), 200)

    def test_pages_from_elsewhere(self):
        status, headers, _ = self.server.request("GET", "/api/v1/tables", headers={"Origin": "https://tables.example"})
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (200, "https://tables.example"))
        self.assertIsNone(headers["Access-Control-Allow-Credentials"])
        status, headers, _ = self.server.request("OPTIONS", "/api/v1/sql", token=None, headers={"Origin": "https://tables.example"})
        self.assertEqual(status, 204)
        status, headers, _ = self.server.request("GET", "/api/v1/tables", headers={"Origin": "https://evil.example"})
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (403, None))


class Listening(ServerTest):
    def refused(self, *options):
        result = subprocess.run([TARN, "serve", self.workspace, *options], capture_output=True, text=True, timeout=60)
        self.assertNotEqual(result.returncode, 0)
        return result.stderr

    def test_beyond_loopback_only_with_tokens_and_tls(self):
        path, _ = self.tokens(anna="owner")
        for options in ((), ("--tokens", path)):
            said = self.refused("--bind", "0.0.0.0", "--port", "0", *options)
            self.assertIn("--insecure", said)
        self.assertIn("TLS", said)

    def test_a_port_that_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            self.assertIn("--port", self.refused("--port", str(taken.getsockname()[1])))

    def test_tls(self):
        def make(name):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
                            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", os.path.join(self.folder, name + ".key"),
                            "-out", os.path.join(self.folder, name + ".pem"), "-days", "2"], check=True, capture_output=True)
            return os.path.join(self.folder, name + ".pem"), os.path.join(self.folder, name + ".key")

        certificate, key = make("one")
        _, other = make("two")
        self.assertIn("is not that of the certificate", self.refused("--tls-cert", certificate, "--tls-key", other))
        self.assertIn("--tls-key", self.refused("--tls-cert", certificate))
        server = self.serve("--tls-cert", certificate, "--tls-key", key)
        answer = subprocess.run(["curl", "-sS", "--cacert", certificate, "-H", f"Authorization: Bearer {server.token}",
                                 server.url + "api/v1/tables/numbers/export?format=csv"], capture_output=True, timeout=60)
        self.assertEqual(answer.stdout.count(b"\n"), 1001, answer.stderr)
        self.assertEqual(server.raw(b"GET / HTTP/1.1\r\n\r\n" * 3)[:4] == b"HTTP", False)

    def test_an_end_finishes_what_is_being_answered(self):
        server = self.serve()
        with server.connect() as connection:
            connection.sendall(server.head("PUT", "/api/v1/tables/late", "Content-Length: 8"))
            connection.sendall(b"a\n1\n")
            server.request("GET", "/healthz")
            server.process.send_signal(signal.SIGTERM)
            connection.sendall(b"2\n3\n")
            self.assertIn(b'"rows":3', read_to_end(connection))
        self.assertEqual(server.process.wait(60), 0)
        self.assertIn("late", tarn("tables", directory=self.workspace).stdout)


class Hostile(ServerTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve("--slow", "1")

    def test_what_is_no_request(self):
        host = f"Host: {self.server.authority}\r\n".encode()
        for data, status in ((b"GARBAGE\r\n\r\n", 400), (b"QUERY /x HTTP/1.1\r\n" + host + b"\r\n", 405), (b"GET / HTTP/3.0\r\n" + host + b"\r\n", 505), (b"GET / HTTP/1.1\r\n\r\n", 400),
                             (b"GET / HTTP/1.1\nHost: x\n\n", 400), (b"GET /" + b"a" * 70000, 414),
                             (b"GET / HTTP/1.1\r\n" + host + b"X: " + b"a" * 70000, 431),
                             (b"GET / HTTP/1.1\r\n" + host + b"X: y\r\n" * 200 + b"\r\n", 431),
                             (b"GET /%2e%2e/etc/passwd HTTP/1.1\r\n" + host + b"\r\n", 400), (b"GET /..%2fx HTTP/1.1\r\n" + host + b"Connection: close\r\n\r\n", 401),
                             (b"GET /a%00b HTTP/1.1\r\n" + host + b"\r\n", 400), (b"GET /%ff HTTP/1.1\r\n" + host + b"\r\n", 400),
                             (b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
                             (b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400),
                             (b"POST / HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
                             (b"GET / HTTP/1.1\r\n" + host + b"Expect: something\r\nConnection: close\r\n\r\n", 417)):
            self.assertEqual(self.server.raw_status(data), status, data[:80])

    def test_a_smuggled_request_is_never_seen(self):
        inner = self.server.head("GET", "/api/v1/tables")
        for how in (b"Content-Length: 0\r\nContent-Length: %d\r\n" % len(inner), b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", b"Transfer-Encoding:\x0bchunked\r\nContent-Length: 3\r\n"):
            head = self.server.head("POST", "/api/v1/sql", "Content-Type: application/json")[:-2] + how + b"\r\n"
            answer = self.server.raw(head + b"0\r\n\r\n" + inner)
            self.assertEqual(answer.count(b"HTTP/1.1 "), 1, answer)
            self.assertIn(answer.split(b" ")[1], (b"400", b"501"))

    def test_slow_requests_are_ended(self):
        with self.server.connect() as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n")
            self.assertEqual(read_to_end(connection), b"")
        with self.server.connect() as connection:
            connection.sendall(self.server.head("PUT", "/api/v1/tables/slow", "Content-Length: 100000") + b"a\n1\n")
            self.assertTrue(read_to_end(connection).startswith(b"HTTP/1.1 408 "))
        self.assertEqual(len(self.server.ask("GET", "/api/v1/tables")["tables"]), 1)

    def test_cut_off_uploads_leave_nothing(self):
        for framing in ("Content-Length: 100000", "Transfer-Encoding: chunked"):
            with self.server.connect() as connection:
                body = b"a\n1\n2\n" if "Length" in framing else b"6\r\na\n1\n2\n\r\n"
                connection.sendall(self.server.head("PUT", "/api/v1/tables/cut", framing) + body)
        self.assertEqual(len(self.server.ask("GET", "/api/v1/tables")["tables"]), 1)

    def test_who_hangs_up_leaves_nothing_running(self):
        body = json.dumps({"sql": "SELECT count(*) FROM range(1000000) a, range(1000000) b"})
        with self.server.connect() as connection:
            connection.sendall(self.server.head("POST", "/api/v1/sql", "Content-Type: application/json", f"Content-Length: {len(body)}") + body.encode())
            while b"\ntarn_streams 1\n" not in self.server.request("GET", "/metrics")[2]:
                pass
        while b"\ntarn_streams 0\n" not in self.server.request("GET", "/metrics")[2]:
            pass
        self.server.process.terminate()
        self.assertEqual(self.server.process.wait(25), 0)

    def test_ten_thousand_wrong_requests_leave_memory_as_it_was(self):
        host = f"Host: {self.server.authority}\r\n".encode()
        kinds = [b"GET /api/v1/x HTTP/1.1\r\n" + host + b"\r\n", b"POST /api/v1/sql HTTP/1.1\r\n" + host + b"Content-Length: 2\r\n\r\n{}",
                 self.server.head("POST", "/api/v1/sql", "Content-Type: application/json", "Content-Length: 2") + b"{}",
                 self.server.head("GET", "/api/v1/tables/nothing/rows"), self.server.head("GET", "/api/v1/tables/numbers/rows?count=x"),
                 self.server.head("DELETE", "/nowhere"), self.server.head("GET", "/api/v1/diffs/9/rows")]

        def burst(times):
            for _ in range(times):
                answer = self.server.raw(b"".join(kinds) * 10 + b"BAD\r\n\r\n")
                self.assertEqual(answer.count(b"HTTP/1.1 4"), 10 * len(kinds) + 1)

        burst(20)
        before = self.server.memory()
        burst(140)
        self.assertLess(self.server.memory() - before, 8 << 20)


if __name__ == "__main__":
    unittest.main()
