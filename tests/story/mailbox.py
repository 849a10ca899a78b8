#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# A mail server that keeps what it takes, one JSON line a mail: mailbox.py PORT FILE [CERTIFICATE KEY]
# With a certificate it takes mail only after STARTTLS and the login gantry, pass-word.
import json, signal, ssl, sys
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from email import message_from_bytes, policy

port, file, *pair = sys.argv[1:]


class Keep:
    async def handle_DATA(self, server, session, envelope):
        m = message_from_bytes(envelope.content, policy=policy.default)
        body = m.get_content()
        line = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "subject": m["subject"], "body": body,
                "id": m["message-id"], "type": m.get_content_type(), "tls": session.ssl is not None,
                "defects": len(m.defects), "login": session.authenticated}
        with open(file, "a") as out:
            out.write(json.dumps(line) + "\n")
        return "250 kept"


def log_in(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"gantry", b"pass-word"))


more = {}
if pair:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    more = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": log_in}
controller = Controller(Keep(), hostname="127.0.0.1", port=int(port), **more)
controller.start()
signal.sigwait({signal.SIGTERM, signal.SIGINT})
controller.stop()
