#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# A web server that keeps what it is sent, one JSON line a request, and answers as a file says:
# hook.py PORT FILE. FILE.answer may hold "STATUS [HEADER: VALUE]"; below /api/ it answers as Slack's API does.
import json, os, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

port, file = sys.argv[1:]
count = 0


class Keep(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        global count
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        answer = open(file + ".answer").read().strip() if os.path.exists(file + ".answer") else "200"
        status, _, header = answer.partition(" ")
        count += 1
        with open(file, "a") as out:
            out.write(json.dumps({"method": self.command, "path": self.path, "body": body, "status": int(status),
                                  "headers": {k.lower(): v for k, v in self.headers.items()}}) + "\n")
        said = json.dumps({"ok": True, "ts": "1700000000.%06d" % count}) if self.path.startswith("/api/") else "ok"
        self.send_response(int(status))
        if header:
            self.send_header(*header.split(": ", 1))
        self.send_header("Content-Type", "application/json" if said != "ok" else "text/plain")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said.encode())

    do_PUT = do_POST

    def log_message(self, *arguments):
        pass


ThreadingHTTPServer(("127.0.0.1", int(port)), Keep).serve_forever()
