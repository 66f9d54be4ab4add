"""A server that a test starts, and clients of it that can misbehave: the standard library alone."""
import base64
import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import unittest

TARN = os.environ["TARN"]


def tarn(*arguments, directory=None, check=True):
    result = subprocess.run([TARN, *arguments], cwd=directory, capture_output=True, text=True, timeout=60)
    if check and result.returncode != 0:
        raise AssertionError(f"tarn {arguments}: {result.stderr}")
    return result


class Server:
    """`tarn serve` on a port that the system gives; ends with the `with`."""

    def __init__(self, directory, *options, environment=None):
        self.last_words = ""
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [TARN, "serve", *([directory] if directory else []), "--port", "0", "--json", *options],
            stdout=subprocess.PIPE, stderr=self.errors, text=True, env={**os.environ, **(environment or {})})
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise AssertionError(self.said())
        said = json.loads(line)
        self.url, self.link, self.token = said["url"], said["link"], said.get("token")
        self.host, port = self.url.split("//")[1].rstrip("/").rsplit(":", 1)
        self.port = int(port)
        self.authority = f"{self.host}:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def said(self):
        if self.errors.closed:
            return self.last_words
        self.errors.seek(0)
        return self.errors.read()

    def memory(self):
        """Resident bytes that are the process's own, files that it maps left aside."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon"))

    def end(self, number=signal.SIGTERM):
        if self.errors.closed:
            return self.process.returncode
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        self.last_words = self.last_words or self.said()
        self.errors.close()
        if "Sanitizer" in self.last_words or "runtime error" in self.last_words:
            raise AssertionError(self.last_words)
        return code

    def request(self, method, path, body=None, headers=None, token="own", json_body=None):
        """(status, headers, body)"""
        headers = dict(headers or {})
        if token == "own":
            token = self.token
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if json_body is not None:
            body = json.dumps(json_body)
            headers.setdefault("Content-Type", "application/json")
        with contextlib.closing(http.client.HTTPConnection(self.host, self.port, timeout=60)) as connection:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def ask(self, method, path, **more):
        """The JSON of an answer that went well."""
        status, _, body = self.request(method, path, **more)
        if status // 100 != 2:
            raise AssertionError(f"{method} {path}: {status} {body[:500]}")
        return json.loads(body) if body else None

    def connect(self):
        return socket.create_connection((self.host, self.port), timeout=60)

    def raw(self, data, half_close=False):
        """Everything that comes back for some bytes, until the server ends the connection."""
        with self.connect() as connection:
            connection.sendall(data)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            return read_to_end(connection)

    def raw_status(self, data):
        answer = self.raw(data)
        return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/1.1 ") else None

    def head(self, method, path, *fields):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.authority}", f"Authorization: Bearer {self.token}", *fields]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def websocket(self, path="/api/v1/socket", **options):
        return WebSocket(self, path, **options)


def read_to_end(connection):
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(opcode, payload=b"", fin=True, masked=True, reserved=0, length=None):
    """A client's frame; every part of it can be wrong."""
    length = len(payload) if length is None else length
    first = (0x80 if fin else 0) | reserved << 4 | opcode
    mask_bit = 0x80 if masked else 0
    if length < 126:
        head = struct.pack("!BB", first, mask_bit | length)
    elif length < 65536:
        head = struct.pack("!BBH", first, mask_bit | 126, length)
    else:
        head = struct.pack("!BBQ", first, mask_bit | 127, length)
    if not masked:
        return head + payload
    key = os.urandom(4)
    repeated = (key * (len(payload) // 4 + 1))[: len(payload)]
    mixed = int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")
    return head + key + mixed.to_bytes(len(payload), "big")


class WebSocket:
    def __init__(self, server, path, headers=(), token="own"):
        self.socket = server.connect()
        token = server.token if token == "own" else token
        lines = [f"GET {path} HTTP/1.1", f"Host: {server.authority}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode()]
        if token:
            lines.append(f"Authorization: Bearer {token}")
        self.socket.sendall(("\r\n".join([*lines, *headers]) + "\r\n\r\n").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            part = self.socket.recv(65536)
            if not part:
                break
            self.buffer += part
        self.answer, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.status = int(self.answer.split(b" ")[1])
        self.next_id = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def __del__(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def _take(self, size):
        while len(self.buffer) < size:
            part = self.socket.recv(1 << 20)
            if not part:
                raise EOFError
            self.buffer += part
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def receive_frame(self):
        """(opcode, payload); raises EOFError at the end."""
        first, second = self._take(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", self._take(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._take(8))
        return first & 0x0F, self._take(length)

    def receive(self):
        """The next message: (JSON, bytes or None)."""
        while True:
            opcode, payload = self.receive_frame()
            if opcode == TEXT:
                return json.loads(payload), None
            if opcode == BINARY:
                (size,) = struct.unpack("<I", payload[:4])
                return json.loads(payload[4 : 4 + size]), payload[4 + size :]
            if opcode == CLOSE:
                raise EOFError

    def close_code(self):
        """The code that the server says goodbye with; None when it just ends."""
        try:
            while True:
                opcode, payload = self.receive_frame()
                if opcode == CLOSE:
                    return struct.unpack("!H", payload[:2])[0] if payload else 1005
        except (EOFError, ConnectionError):
            return None

    def post(self, op, data=None, more=None, **arguments):
        self.next_id += 1
        said = {"id": self.next_id, "op": op, **arguments}
        if more is not None:
            said["more"] = more
        if data is None:
            self.send(frame(TEXT, json.dumps(said).encode()))
        else:
            self.send_binary(said, data)
        return self.next_id

    def send_binary(self, said, data):
        text = json.dumps(said).encode()
        self.send(frame(BINARY, struct.pack("<I", len(text)) + text + data))

    def answer_to(self, number):
        """(JSON, all bytes) of one request; what belongs to others is passed over."""
        parts = []
        while True:
            said, data = self.receive()
            if said.get("id") != number:
                continue
            if data:
                parts.append(data)
            if "ok" in said:
                return said, b"".join(parts)

    def call(self, op, **arguments):
        return self.answer_to(self.post(op, **arguments))


class ServerTest(unittest.TestCase):
    """Each test has a folder with a workspace, whose table `numbers` has 1,000 rows."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tarn-server-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.workspace = os.path.join(self.folder, "workspace")
        os.mkdir(self.workspace)
        tarn("init", directory=self.workspace)
        with open(os.path.join(self.folder, "numbers.csv"), "w") as file:
            file.write("n,text\n" + "".join(f"{n},row {n}\n" for n in range(1000)))
        tarn("import", os.path.join(self.folder, "numbers.csv"), directory=self.workspace)

    def serve(self, *options, **more):
        server = Server(self.workspace, *options, **more)
        self.addCleanup(server.end)
        return server

    def tokens(self, **roles):
        """A file of tokens, and the token of each name."""
        path = os.path.join(self.folder, "tokens.json")
        made = {}
        for name, role in roles.items():
            role, *tables = role if isinstance(role, tuple) else (role,)
            options = [part for table in tables for part in ("--tables", table)]
            made[name] = tarn("token", "add", name, "--role", role, *options, "--tokens", path, "-q").stdout.strip()
        return path, made
