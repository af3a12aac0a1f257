"""A small HTTP server of one file, as honest or as faulty as a test wants it."""

import socket
import struct
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from simulator.datasets.tasks import Task


@dataclass
class Served:
    """What is served and how; a test may change it between two requests."""

    content: bytes
    etag: str | None = '"one"'
    drops: list = field(default_factory=list)
    """Bytes after which to hang up, one entry a request; None for an honest answer."""
    resets: bool = False
    """Hang up by a reset (RST), as a crashed server or a firewall does, instead of an orderly end."""
    statuses: list = field(default_factory=list)
    """Status to answer with instead, one entry a request; None for the usual."""
    knows_ranges: bool = True
    length: int | None = None
    """Content-Length to claim for the whole file."""
    headers: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    """The Range of every request."""
    url: str = ""

    def task(self, **changes):
        return Task(**({"name": "TaskX", "url": self.url, "md5": None, "n_bytes": None} | changes))


class _Handler(BaseHTTPRequestHandler):
    served: Served

    def do_GET(self):
        served = self.served
        served.asked.append(self.headers.get("Range"))
        status = served.statuses.pop(0) if served.statuses else None
        if status is not None:
            self.send_response(status)
            self._send_headers(length=0, extra={"Location": served.url} if status < 400 else {})
            return
        start, total = self._start(), len(served.content)
        if start >= total > 0:
            self.send_response(416)
            self._send_headers(length=0, extra={"Content-Range": f"bytes */{total}"})
            return
        self.send_response(206 if start else 200)
        place = {"Content-Range": f"bytes {start}-{total - 1}/{total}"} if start else {}
        whole = total if served.length is None else served.length
        self._send_headers(length=whole - start, extra=place)
        drop = served.drops.pop(0) if served.drops else None
        self.wfile.write(served.content[start : total if drop is None else start + drop])
        if drop is not None and served.resets:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _start(self):
        served, wanted = self.served, self.headers.get("Range")
        same = self.headers.get("If-Range", served.etag) == served.etag
        return (
            int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and served.knows_ranges and same else 0
        )

    def _send_headers(self, *, length, extra):
        tag = {"ETag": self.served.etag} if self.served.etag else {}
        headers = {"Content-Length": str(length), **tag, **extra, **self.served.headers}
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()

    def log_message(self, *arguments):
        pass


@contextmanager
def serving(content):
    """Serve a file from a thread; gives what is served, with its `url`."""
    served = Served(content)
    handler = type("Handler", (_Handler,), {"served": served})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        served.url = f"http://127.0.0.1:{server.server_port}/TaskX.tar"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
