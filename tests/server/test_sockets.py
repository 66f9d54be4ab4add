"""WebSockets: many requests at once over one connection, and frames that break the rules."""
import json
import os
import struct
import unittest

from serving import BINARY, CLOSE, PING, PONG, TEXT, ServerTest, frame


class Requests(ServerTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def test_a_request_and_its_answer(self):
        with self.server.websocket() as client:
            said, data = client.call("page", table="numbers", offset=3, count=2, format="json")
            self.assertEqual((said["ok"], said["rows"]), (True, 2))
            self.assertEqual(json.loads(data), [{"n": 3, "text": "row 3"}, {"n": 4, "text": "row 4"}])
            said, _ = client.call("nothing")
            self.assertEqual((said["ok"], said["code"]), (False, "TARN_E_INVALID"))
            said, _ = client.call("page", table="nmbers")
            self.assertIn("numbers", said["message"])

    def test_bytes_in_pieces_both_ways(self):
        large = b"n\n" + b"".join(b"%d\n" % n for n in range(1000000))
        with self.server.websocket() as client:
            number = client.post("import", large[:100], more=True, table="large", name="large.csv")
            sent, told = 100, 0
            while sent < len(large):
                while sent - told > 4 << 20:
                    said, _ = client.receive()
                    told = said.get("taken", told)
                part = large[sent : sent + (1 << 20)]
                sent += len(part)
                client.send_binary({"id": number, "more": sent < len(large)}, part)
            said, _ = client.answer_to(number)
            self.assertEqual((said["ok"], said["rows"]), (True, 1000000))
            said, data = client.call("sql", sql="FROM large", format="csv")
            self.assertTrue(said["ok"])
            self.assertEqual(data, large)

    def test_a_page_overtakes_an_export(self):
        with self.server.websocket() as client:
            slow = client.post("sql", sql="SELECT range AS n, repeat('x', 100) AS t FROM range(3000000)", format="csv")
            while client.receive()[0].get("id") != slow:
                pass
            page = client.post("page", table="numbers", format="json")
            before = 0
            while True:
                said, data = client.receive()
                if said["id"] == page and "ok" in said:
                    break
                self.assertNotIn("ok", said)
                before += len(data or b"")
            # Of 300 MB no more came first than what was under way.
            self.assertLess(before, 64 << 20)

    def test_cancelling(self):
        with self.server.websocket() as client:
            number = client.post("sql", sql="SELECT count(*) FROM range(1000000) a, range(1000000) b")
            client.send(frame(TEXT, json.dumps({"id": number, "cancel": True}).encode()))
            said, _ = client.answer_to(number)
            self.assertEqual(said["code"], "TARN_E_CANCELLED")

    def test_who_vanishes_leaves_nothing_running(self):
        with self.server.websocket() as client:
            client.post("sql", sql="SELECT count(*) FROM range(1000000) a, range(1000000) b")
            client.call("tables")
        while b"\ntarn_streams 0\n" not in self.server.request("GET", "/metrics")[2]:
            pass
        self.assertEqual(self.server.end(), 0)

    def test_handles_belong_to_the_socket(self):
        self.server.ask("POST", "/api/v1/tables/numbers/apply", json_body={"command": "filter", "parameters": {"where": "n < 10"}})
        with self.server.websocket() as one, self.server.websocket() as two:
            said, _ = one.call("diff", before="numbers@1", after="numbers@2")
            self.assertTrue(said["ok"], said)
            self.assertTrue(one.call("diffPage", diff=said["diff"])[0]["ok"])
            self.assertFalse(two.call("diffPage", diff=said["diff"])[0]["ok"])

    def test_a_thousand_idle_sockets(self):
        sockets = [self.server.websocket() for _ in range(1000)]
        with self.server.websocket() as client:
            for _ in range(50):
                self.assertTrue(client.call("page", table="numbers")[0]["ok"])
        for one in sockets:
            one.socket.close()


class Handshakes(ServerTest):
    def test_who_may_open_one(self):
        server = self.serve()
        own = server.url.rstrip("/")

        def status(**options):
            with server.websocket(**options) as client:
                return client.status

        self.assertEqual(status(token=None), 401)
        self.assertEqual(status(token="tarn_wrong"), 401)
        self.assertEqual(status(headers=["Origin: http://evil.example"]), 403)
        self.assertEqual(status(headers=[f"Origin: {own}"]), 101)
        self.assertEqual(server.request("GET", "/api/v1/socket")[0], 426)
        code = server.link.split("#")[1]
        cookie = server.request("POST", "/api/v1/session", token=code, headers={"Origin": own})[1]["Set-Cookie"].split(";")[0]
        self.assertEqual(status(token=None, headers=[f"Cookie: {cookie}"]), 403)
        self.assertEqual(status(token=None, headers=[f"Cookie: {cookie}", f"Origin: {own}"]), 101)


class Frames(ServerTest):
    """The rules of RFC 6455, as the Autobahn suite asks for them."""

    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def expect_end(self, code, *frames):
        """Goodbye with one of these codes; 1005: with none."""
        with self.server.websocket() as client:
            for data in frames:
                client.send(data)
            self.assertIn(client.close_code(), code if isinstance(code, tuple) else (code,), frames)

    def test_pings(self):
        with self.server.websocket() as client:
            for payload in (b"", b"hello", os.urandom(125)):
                client.send(frame(PING, payload))
                self.assertEqual(client.receive_frame(), (PONG, payload))
            client.send(frame(PONG, b"unasked"))
            text = json.dumps({"id": 1, "op": "tables"}).encode()
            client.send(frame(TEXT, text[:5], fin=False) + frame(PING, b"between") + frame(0, text[5:]))
            self.assertEqual(client.receive_frame(), (PONG, b"between"))
            self.assertTrue(client.answer_to(1)[0]["ok"])
            for byte in frame(TEXT, text):
                client.send(bytes([byte]))
            self.assertTrue(client.answer_to(1)[0]["ok"])

    def test_closing(self):
        self.expect_end(1000, frame(CLOSE, struct.pack("!H", 1000)))
        self.expect_end((1000, 1005), frame(CLOSE))
        self.expect_end(3999, frame(CLOSE, struct.pack("!H", 3999) + b"bye"))
        self.expect_end((1002, 1005), frame(CLOSE, b"x"))
        for code in (0, 999, 1004, 1005, 1006, 1016, 2999, 5000):
            self.expect_end((1002, 1005), frame(CLOSE, struct.pack("!H", code)))
        self.expect_end((1002, 1007), frame(CLOSE, struct.pack("!H", 1000) + b"\xff"))

    def test_what_breaks_the_rules(self):
        self.expect_end(1002, frame(TEXT, b"{}", masked=False))
        for reserved in range(1, 8):
            self.expect_end(1002, frame(TEXT, b"{}", reserved=reserved))
        for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
            self.expect_end(1002, frame(opcode, b""))
        self.expect_end((1002, 1005), frame(PING, b"x" * 126))
        self.expect_end((1002, 1005), frame(PING, b"x", fin=False))
        self.expect_end(1002, frame(0, b"nothing to go on with"))
        self.expect_end(1002, frame(TEXT, b"a", fin=False), frame(TEXT, b"b"))
        self.expect_end(1007, frame(TEXT, b"\xff\xfe"))
        self.expect_end(1007, frame(TEXT, b"\xed\xa0\x80"))
        self.expect_end((1009, 1002), frame(BINARY, b"x", length=1 << 40))
        self.expect_end((1002, 1005, None), frame(BINARY, b"x", length=1 << 63))
        self.expect_end(1009, *[frame(TEXT if i == 0 else 0, b" " * (1 << 20), fin=False) for i in range(20)])

    def test_messages_that_are_no_requests(self):
        with self.server.websocket() as client:
            for opcode, payload in ((TEXT, b""), (TEXT, b"{"), (TEXT, b"[]"), (TEXT, b"{}"), (TEXT, b'{"id":-1,"op":"tables"}'), (TEXT, b'{"id":1}'),
                                    (TEXT, b'{"id":1,"id":2,"op":"tables"}'), (TEXT, b"[" * 5000), (BINARY, b""), (BINARY, b"\xff\xff\xff\xff{}"),
                                    (BINARY, struct.pack("<I", 3) + b"{}")):
                client.send(frame(opcode, payload))
                said, _ = client.receive()
                self.assertEqual((said["ok"], said["code"]), (False, "TARN_E_INVALID"), payload[:40])
            self.assertTrue(client.call("tables")[0]["ok"])

    def test_the_server_says_goodbye(self):
        with self.server.websocket() as client:
            self.server.process.terminate()
            self.assertEqual(client.close_code(), 1001)
        self.assertEqual(self.server.process.wait(60), 0)


if __name__ == "__main__":
    unittest.main()
