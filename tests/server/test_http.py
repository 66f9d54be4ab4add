"""Plain HTTP: what is answered, and how it may be kept."""
import gzip
import json
import os
import unittest

from serving import ServerTest, tarn


class Reading(ServerTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def test_rows_come_as_accept_says(self):
        path = "/api/v1/tables/numbers/rows?offset=5&count=2"
        rows = self.server.ask("GET", path)
        self.assertEqual(rows, [{"n": 5, "text": "row 5"}, {"n": 6, "text": "row 6"}])
        for accept, media_type, begins in (("text/csv", "text/csv", b"n,text"),
                                           ("application/vnd.apache.arrow.stream", "application/vnd.apache.arrow.stream",
                                            b"\xff\xff\xff\xff"),
                                           ("application/vnd.apache.parquet", "application/vnd.apache.parquet", b"PAR1"),
                                           ("text/csv;q=0.1, application/json", "application/json", b"[")):
            status, headers, body = self.server.request("GET", path, headers={"Accept": accept})
            self.assertEqual((status, headers["Content-Type"]), (200, media_type))
            self.assertTrue(body.startswith(begins), body[:20])
        status, headers, _ = self.server.request("GET", path, headers={"Accept": "image/png"})
        self.assertEqual((status, headers["Content-Type"]), (406, "application/problem+json"))

    def test_a_version_may_be_kept_for_ever_and_a_head_revalidates(self):
        _, lasting, _ = self.server.request("GET", "/api/v1/tables/numbers@1/rows")
        _, head, _ = self.server.request("GET", "/api/v1/tables/numbers/rows")
        self.assertIn("immutable", lasting["Cache-Control"])
        self.assertIn("no-cache", head["Cache-Control"])
        known = {"If-None-Match": head["ETag"]}
        status, _, body = self.server.request("GET", "/api/v1/tables/numbers/rows", headers=known)
        self.assertEqual((status, body), (304, b""))
        self.server.ask("POST", "/api/v1/tables/numbers/apply", json_body={"command": "filter", "parameters": {"where": "n < 10"}})
        status, again, _ = self.server.request("GET", "/api/v1/tables/numbers/rows", headers=known)
        self.assertEqual(status, 200)
        self.assertNotEqual(again["ETag"], head["ETag"])
        status, _, _ = self.server.request("GET", "/api/v1/tables/numbers@1/rows", headers={"If-None-Match": lasting["ETag"]})
        self.assertEqual(status, 304)

    def test_head_ranges_and_compression(self):
        path = "/api/v1/tables/numbers@1/rows?count=500"
        _, headers, whole = self.server.request("GET", path)
        status, only, body = self.server.request("HEAD", path)
        self.assertEqual((status, body, only["Content-Length"], only["ETag"]), (200, b"", headers["Content-Length"], headers["ETag"]))
        for wanted, status, part in (("bytes=0-9", 206, whole[:10]), ("bytes=100-", 206, whole[100:]), ("bytes=-7", 206, whole[-7:]),
                                     ("bytes=9999999-", 416, b""), ("bytes=5-1", 200, whole), ("lines=1-2", 200, whole)):
            got, answer, body = self.server.request("GET", path, headers={"Range": wanted})
            self.assertEqual((got, body), (status, part), wanted)
        status, _, body = self.server.request("GET", path, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
        self.assertEqual((status, body), (200, whole))
        _, packed, body = self.server.request("GET", path, headers={"Accept-Encoding": "gzip"})
        self.assertEqual(packed["Content-Encoding"], "gzip")
        self.assertNotEqual(packed["ETag"], headers["ETag"])
        self.assertEqual(gzip.decompress(body), whole)
        status, _, _ = self.server.request("GET", path, headers={"If-None-Match": packed["ETag"]})
        self.assertEqual(status, 304)
        _, none, body = self.server.request("GET", path, headers={"Accept-Encoding": "gzip;q=0, identity"})
        self.assertIsNone(none["Content-Encoding"])

    def test_sql_uploads_and_exports(self):
        total = self.server.ask("POST", "/api/v1/sql", json_body={"sql": "SELECT sum(n)::BIGINT AS s FROM numbers WHERE n < ?", "params": [100]})
        self.assertEqual(total, [{"s": 4950}])
        made = self.server.ask("PUT", "/api/v1/tables/cities", body=b"city,people\nOslo,700000\nBergen,290000\n")
        self.assertEqual((made["table"], made["rows"]), ("cities", 2))
        status, headers, body = self.server.request("GET", "/api/v1/tables/cities/export?format=csv")
        self.assertEqual((status, body), (200, b"city,people\nOslo,700000\nBergen,290000\n"))
        status, _, body = self.server.request("PUT", "/api/v1/tables/cities", body=b"city\nRome\n")
        self.assertEqual((status, json.loads(body)["code"]), (409, "TARN_E_EXISTS"))
        large = b"n\n" + b"".join(b"%d\n" % n for n in range(500000))
        chunks = (large[at : at + 70001] for at in range(0, len(large), 70001))
        made = self.server.ask("PUT", "/api/v1/tables/large?if_exists=replace", body=chunks)
        self.assertEqual(made["rows"], 500000)
        _, _, body = self.server.request("POST", "/api/v1/sql", json_body={"sql": "FROM large", "format": "csv"})
        self.assertEqual(body, large)

    def test_what_fails_says_why(self):
        for method, path, body, status, code, words in (
                ("GET", "/api/v1/tabels", None, 404, "TARN_E_NOT_FOUND", "GET /api/v1/tables"),
                ("PATCH", "/api/v1/sql", None, 405, "TARN_E_NOT_FOUND", "POST"),
                ("GET", "/api/v1/tables/nmbers/rows", None, 404, "TARN_E_NOT_FOUND", "numbers"),
                ("GET", "/api/v1/tables/numbers/rows?cuont=1", None, 400, "TARN_E_INVALID", "cuont"),
                ("GET", "/api/v1/tables/numbers/rows?count=x", None, 400, "TARN_E_INVALID", "count"),
                ("GET", "/api/v1/tables/numbers/rows?count=-1", None, 400, "TARN_E_INVALID", "count"),
                ("POST", "/api/v1/sql", {"sql": "SELEC 1"}, 400, "TARN_E_SQL", ""),
                ("POST", "/api/v1/sql", {"sql": "SELECT 1", "op": "gc"}, 400, "TARN_E_INVALID", "op"),
                ("POST", "/api/v1/sql", {"sql": "COPY numbers TO '/tmp/x'"}, 403, "TARN_E_FORBIDDEN", ""),
                ("POST", "/api/v1/sql?sql=x", {"sql": "SELECT 1"}, 400, "TARN_E_INVALID", "query")):
            got, headers, answer = self.server.request(method, path, json_body=body)
            problem = json.loads(answer)
            self.assertEqual((got, problem["status"], problem["code"]), (status, status, code), (path, problem))
            self.assertEqual(headers["Content-Type"], "application/problem+json")
            self.assertIn(words, problem["detail"])

    def test_bodies_that_are_not_what_is_wanted(self):
        for body, headers, status in ((b"{", {"Content-Type": "application/json"}, 400), (b"[]", {"Content-Type": "application/json"}, 400),
                                      (b"{}", {"Content-Type": "text/plain"}, 415), (b"{}", {}, 415),
                                      (b"\xff\xfe", {"Content-Type": "application/json"}, 400),
                                      (b"[" * 100000, {"Content-Type": "application/json"}, 400),
                                      (b'{"sql":1,"sql":2}', {"Content-Type": "application/json"}, 400),
                                      (b"x", {"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415)):
            got, _, answer = self.server.request("POST", "/api/v1/sql", body=body, headers=headers)
            self.assertEqual(got, status, (body[:20], answer))
        got, _, _ = self.server.request("POST", "/api/v1/sql", body=b" " * ((16 << 20) + 1), headers={"Content-Type": "application/json"})
        self.assertEqual(got, 413)

    def test_one_connection_serves_many_requests(self):
        request = self.server.head("GET", "/api/v1/tables/numbers/rows?count=1")
        answer = self.server.raw(request * 20 + self.server.head("GET", "/healthz", "Connection: close"))
        self.assertEqual(answer.count(b"HTTP/1.1 200 OK"), 21)

    def test_the_house(self):
        for path, media_type in (("/", "text/html; charset=utf-8"), ("/page.js", "text/javascript; charset=utf-8"), ("/healthz", "application/json"),
                                 ("/readyz", "application/json"), ("/api/v1/openapi.json", "application/json")):
            status, headers, body = self.server.request("GET", path, token=None)
            self.assertEqual((status, headers["Content-Type"]), (200, media_type))
            self.assertIn("default-src 'self'", headers["Content-Security-Policy"])
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        document = json.loads(body)
        self.assertIn("/tables/{table}/rows", " ".join(document["paths"]))
        status, _, _ = self.server.request("GET", "/metrics", token=None)
        self.assertEqual(status, 401)
        _, _, body = self.server.request("GET", "/metrics")
        self.assertIn(b'tarn_requests_total{status="2xx"}', body)


class Logging(ServerTest):
    def test_a_line_for_each_request_and_no_token_in_it(self):
        for kind in ("json", "common"):
            with self.serve("--log", kind) as server:
                server.request("GET", "/api/v1/tables")
                server.request("GET", "/api/v1/tables", token="tarn_secret_secret")
                server.end()
                said = server.said()
            self.assertEqual(len(said.splitlines()), 2, said)
            self.assertNotIn(server.token, said)
            self.assertNotIn("tarn_secret", said)
            if kind == "json":
                self.assertEqual([json.loads(line)["status"] for line in said.splitlines()], [200, 401])


class Several(ServerTest):
    def test_workspaces_below_a_root(self):
        other = os.path.join(self.folder, "other")
        os.mkdir(other)
        tarn("init", directory=other)
        self.workspace = None
        server = self.serve("--root", self.folder)
        self.assertEqual(server.ask("GET", "/api/v1/workspaces"), {"workspaces": ["other", "workspace"]})
        self.assertEqual(len(server.ask("GET", "/workspace/api/v1/tables")["tables"]), 1)
        self.assertEqual(server.ask("GET", "/other/api/v1/tables")["tables"], [])
        for name in ("nothing", ".tarn", "%2e%2e", "workspace%2F.."):
            status, _, _ = server.request("GET", f"/{name}/api/v1/tables")
            self.assertIn(status, (400, 404))

    def test_what_another_process_writes_to_is_read(self):
        first = self.serve()
        second = self.serve()
        self.assertIn("reading only", second.said())
        self.assertEqual(second.request("GET", "/api/v1/tables")[1]["Tarn-Read-Only"], "true")
        first.ask("PUT", "/api/v1/tables/fresh", body=b"a\n1\n")
        status, _, body = second.request("PUT", "/api/v1/tables/more", body=b"a\n1\n")
        self.assertEqual((status, json.loads(body)["code"]), (403, "TARN_E_READ_ONLY"))


if __name__ == "__main__":
    unittest.main()
