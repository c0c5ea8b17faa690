"""Real servers on this machine for what leaves the hall: HTTP that answers as told, and mail."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Heard:
    """One request as it came."""

    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body

    @property
    def json(self):
        return json.loads(self.body)


class Receiver:
    """An HTTP server; ``answer(heard)`` returns status, headers and body, or does what it likes."""

    def __init__(self, answer=None):
        self.heard, self.lock = [], threading.Lock()
        self.answer = answer or (lambda heard: (200, {}, b'{"errcode":0,"errmsg":"ok"}'))
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                heard = Heard(self.path, self.headers, self.rfile.read(length))
                with receiver.lock:
                    receiver.heard.append(heard)
                said = receiver.answer(heard)
                if said is None:  # hang up
                    self.close_connection = True
                    return
                status, headers, body = said
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    return

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_):
                return

        class Server(ThreadingHTTPServer):
            request_queue_size = 64

            def handle_error(self, *_):
                return  # whoever asked has gone

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def port(self):
        return self.server.server_address[1]

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@contextmanager
def receiving(answer=None):
    receiver = Receiver(answer)
    try:
        yield receiver
    finally:
        receiver.close()
