"""Serves pages/home.py, and loads it again when it has changed."""

import importlib
import os
import signal
import sys
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

from pages import home


class Reloader:
    """Gives a module as its file is now. A file that cannot be loaded leaves the last good version in place."""

    def __init__(self, module):
        self._module = module
        self._seen = self._version()
        self._lock = Lock()

    def current(self):
        with self._lock:
            version = self._version()
            if version != self._seen:
                self._seen = version
                try:
                    importlib.reload(self._module)
                except Exception:
                    traceback.print_exc()
            return self._module

    def _version(self):
        try:
            found = os.stat(self._module.__file__)
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size


pages = Reloader(home)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = pages.current().render().encode()
        self.send_response(200)
        self.send_header("content-type", "text/plain; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """The probe of Kubernetes would fill the log."""


# The first process of a container ends at a signal only if it says so.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("", 8000), Handler).serve_forever()
