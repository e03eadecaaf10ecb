"""Answers 200, and /__lbheartbeat__ 503 while the container drains."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        draining = self.path == "/__lbheartbeat__" and Path("/run/app/drain").exists()
        self.send_response(503 if draining else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()


ThreadingHTTPServer(("127.0.0.1", 8000), Handler).serve_forever()
