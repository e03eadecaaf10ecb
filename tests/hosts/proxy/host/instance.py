#!/usr/bin/python3
"""An instance of web, as far as a proxy sees it: instead of docker-runner and its container.

Its port is in EXTRA, as for docker-runner. USR1 makes it drain: its heartbeat answers 503.
"""

import json
import os
import re
import signal
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PORT = int(re.search(r"--publish \S*?(\d+):8000", os.environ["EXTRA"])[1])
DRAINING = Path("/tmp/draining")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = 0

    def do_GET(self):
        Handler.seen += self.path.startswith("/once")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        query = parse_qs(urlsplit(self.path).query)
        if str(PORT) in query.get("breaks", ()) or "all" in query.get("breaks", ()):
            self.close_connection = True  # after the request was read, with no answer
        elif self.path == "/__lbheartbeat__":
            self.answer(503 if DRAINING.exists() else 200, {})
        elif self.headers.get("Upgrade") == "websocket":
            self.switch()
        else:
            time.sleep(float(query.get("sleep", "0")[0]))
            told = {"port": PORT, "seen": self.seen, "length": len(body), "method": self.command}
            self.answer(
                int(query.get("status", ["200"])[0]), told | {"headers": dict(self.headers)}
            )

    do_POST = do_PUT = do_GET  # noqa: N815 - http.server's

    def answer(self, status, data):
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def switch(self):
        """Become a WebSocket, or what passes for one: a line comes back as it was."""
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", self.headers["Connection"])
        self.end_headers()
        self.wfile.write(self.rfile.readline())
        self.close_connection = True

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128


Path("/tmp/instance").write_text(str(os.getpid()))
DRAINING.unlink(missing_ok=True)
signal.signal(signal.SIGUSR1, lambda *_: DRAINING.touch())
Server(("", PORT), Handler).serve_forever()
