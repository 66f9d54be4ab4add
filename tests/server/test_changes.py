"""Changes by many at once, and by a server that is killed: what was answered is there."""
import concurrent.futures
import json
import threading
import unittest

from serving import ServerTest, tarn


class Writers(ServerTest):
    def test_eight_writers_lose_no_change(self):
        path, made = self.tokens(boss="owner", **{f"writer{n}": "writer" for n in range(8)})
        server = self.serve("--tokens", path)
        server.ask("PUT", "/api/v1/tables/tally", body=b"who,n\nnobody,0\n", token=made["boss"])

        def write(name):
            conflicts = 0
            for i in range(10):
                while True:
                    version = server.ask("GET", "/api/v1/tables/tally", token=made[name])["table"]["version"]
                    row = json.dumps({"who": name, "n": i})
                    status, _, body = server.request("POST", "/api/v1/tables/tally/apply", token=made[name], json_body={
                        "command": "insert", "parameters": {"values": row}, "if_version": version})
                    if status == 200:
                        break
                    self.assertEqual((status, json.loads(body)["code"]), (409, "TARN_E_CONFLICT"))
                    conflicts += 1
            return conflicts

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(write, [name for name in made if name != "boss"]))
        rows = server.ask("GET", "/api/v1/tables/tally/rows?count=1000", token=made["boss"])
        self.assertEqual(len(rows), 81)
        self.assertEqual({(row["who"], row["n"]) for row in rows}, {("nobody", 0)} | {(f"writer{w}", n) for w in range(8) for n in range(10)})
        events = server.ask("GET", "/api/v1/audit?table=tally", token=made["boss"])["events"]
        users = [event["user"] for event in events if event["command"] == "insert"]
        self.assertEqual({name: users.count(name) for name in set(users)}, {f"writer{w}": 10 for w in range(8)})


class Killed(ServerTest):
    def test_every_answered_change_is_there(self):
        answered, begun = set(), threading.Event()
        server = self.serve()

        def work(worker):
            for n in range(1000):
                name = f"t{worker}_{n}"
                try:
                    status, _, _ = server.request("PUT", f"/api/v1/tables/{name}", body=b"a,b\n1,2\n")
                except OSError:
                    return
                except Exception:  # cut off in the middle of an answer
                    return
                if status == 200:
                    answered.add(name)
                if len(answered) >= 200:
                    begun.set()

        threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
        for thread in threads:
            thread.start()
        begun.wait(60)
        server.process.kill()
        for thread in threads:
            thread.join()
        server.end()
        self.assertGreaterEqual(len(answered), 200)
        said = tarn("tables", "--json", directory=self.workspace).stdout
        there = {table["name"] for table in json.loads(said)}
        self.assertEqual(answered - there, set())
        self.assertIn("numbers", there)
        again = self.serve()
        rows = again.ask("GET", f"/api/v1/tables/{next(iter(answered))}/rows")
        self.assertEqual(rows, [{"a": 1, "b": 2}])


class Streams(ServerTest):
    def test_large_files_pass_through(self):
        server = self.serve()
        line = b"%d,some text that makes the line longer than it has to be,2026-11-28\n"

        def lines(count):
            yield b"n,text,day\n"
            for at in range(0, count, 10000):
                yield b"".join(line % n for n in range(at, at + 10000))

        server.ask("PUT", "/api/v1/tables/first", body=lines(10000))
        before = server.memory()
        self.assertEqual(server.ask("PUT", "/api/v1/tables/large", body=lines(3000000))["rows"], 3000000)
        sent = server.request("GET", "/api/v1/tables/large/export?format=csv")[2]
        self.assertEqual(len(sent), sum(len(part) for part in lines(3000000)))
        self.assertLess(server.memory() - before, 150 << 20)


class Queries(ServerTest):
    """The query stream and the screens, as their clients speak to them."""

    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def stream(self, **body):
        status, headers, body = self.server.request("POST", "/api/query-stream", json_body=body)
        if status != 200:
            return status, json.loads(body), b""
        self.assertEqual(headers["Content-Type"], "application/x-micromegas-arrow-stream")
        frames, data = [], b""
        while body:
            line, _, body = body.partition(b"\n")
            frames.append(json.loads(line))
            size = frames[-1].get("size", 0)
            data, body = data + body[:size], body[size:]
        return status, frames, data

    def test_frames(self):
        status, frames, data = self.stream(sql="SELECT n, text FROM numbers WHERE text <> '$no' AND n >= $first", params={"no": "it's", "first": "990", "f": "x"},
                                           data_source="default")
        self.assertEqual((status, [frame["type"] for frame in frames]), (200, ["schema", "batch", "done"]))
        self.assertEqual(frames[1]["rows"], 10)
        self.assertTrue(data.startswith(b"\xff\xff\xff\xff"))
        status, frames, _ = self.stream(sql="FROM numbers WHERE false", data_source="default")
        self.assertEqual([frame["type"] for frame in frames if frame.get("rows") != 0], ["schema", "done"])
        status, frames, _ = self.stream(sql="SELECT '$begin' AS b, '$end' AS e, '$unknown' AS u", begin="2026-01-01T00:00:00Z", end="2026-01-02T00:00:00Z", data_source="default")
        self.assertEqual(status, 200)

    def test_failures(self):
        for body, status, code in (({"sql": "SELEC", "data_source": "default"}, 400, "INVALID_SQL"), ({"sql": "SELECT 1"}, 400, "INVALID_SQL"),
                                   ({"sql": "SELECT 1", "data_source": "x"}, 404, "DATA_SOURCE_NOT_FOUND"),
                                   ({"sql": "COPY numbers TO '/tmp/x'", "data_source": "default"}, 403, "FORBIDDEN"),
                                   ({"sql": "SELECT 1", "data_source": "default", "params": {"a": 1}}, 400, "INVALID_SQL")):
            got, said, _ = self.stream(**body)
            self.assertEqual((got, said["code"]), (status, code), body)
        status, frames, _ = self.stream(sql="SELECT n, CASE WHEN n = 999999 THEN error('late') ELSE repeat('x', 50) END AS t FROM range(1000000) r(n)", data_source="default")
        self.assertEqual((status, frames[-1]["type"]), (200, "error"))

    def test_screens(self):
        kinds = self.server.ask("GET", "/api/screen-types")
        self.assertEqual([kind["name"] for kind in kinds], ["local_query"])
        self.assertIn('"numbers"', self.server.ask("GET", "/api/screen-types/local_query/default")["sourceSql"])
        config = {"localSql": "SELECT 'it''s'", "list": [1, None, {"a": "\u00e9"}]}
        status, _, body = self.server.request("POST", "/api/screens", json_body={"name": "My First Screen", "screen_type": "local_query", "config": config})
        made = json.loads(body)
        self.assertEqual((status, made["name"], made["config"]), (201, "my-first-screen", config))
        self.assertEqual(self.server.ask("GET", "/api/screens/my-first-screen"), made)
        changed = self.server.ask("PUT", "/api/screens/my-first-screen", json_body={"config": {}})
        self.assertEqual((changed["config"], changed["created_at"], changed["created_by"]), ({}, made["created_at"], made["created_by"]))
        self.assertEqual(self.server.ask("GET", "/api/screens"), [changed])
        for name, code in (("my first screen", "DUPLICATE_NAME"), ("ab", "NAME_TOO_SHORT"), ("a" * 101, "NAME_TOO_LONG"), ("new", "RESERVED_NAME"),
                           ("1abc", "INVALID_START"), ("abc-", "INVALID_END"), ("a_bc", "INVALID_CHARACTER"), ("a--b", "CONSECUTIVE_HYPHENS")):
            _, _, body = self.server.request("POST", "/api/screens", json_body={"name": name, "screen_type": "local_query", "config": {}})
            self.assertEqual(json.loads(body)["code"], code)
        _, _, body = self.server.request("POST", "/api/screens", json_body={"name": "other", "screen_type": "x", "config": {}})
        self.assertEqual(json.loads(body)["code"], "INVALID_SCREEN_TYPE")
        for method, where, status in (("DELETE", "my-first-screen", 204), ("GET", "my-first-screen", 404), ("DELETE", "my-first-screen", 404)):
            self.assertEqual(self.server.request(method, f"/api/screens/{where}")[0], status)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda n: self.server.request("POST", "/api/screens", json_body={
                "name": f"screen-{n % 4}", "screen_type": "local_query", "config": {}})[0], range(16)))
        self.assertEqual(sorted(statuses), [201] * 4 + [409] * 12)
        self.assertEqual(len(self.server.ask("GET", "/api/screens")), 4)
        self.assertTrue(self.server.ask("GET", "/api/v1/audit?table=_screens")["events"])


if __name__ == "__main__":
    unittest.main()
