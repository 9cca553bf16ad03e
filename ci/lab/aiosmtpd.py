# SPDX-License-Identifier: MIT
#
# aiosmtpd.py SERVER PORT - a server of three users on the library aiosmtpd
#
# It knows alice, bob and postmaster of lab.test, relays nothing and drops what
# it takes. SERVER is aiosmtpd, aiosmtpd-tls (STARTTLS, AUTH; a certificate in
# /etc/lab), aiosmtpd-lmtp or relay (takes every recipient).
import asyncio
import ssl
import sys
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, AuthResult


class Relay:
    async def handle_DATA(self, server, session, envelope):
        # LMTP: a line for each recipient is the handler's to give.
        lmtp = isinstance(server, LMTP)
        lines = len(envelope.rcpt_tos) if lmtp else 1
        return "\r\n".join(["250 OK"] * lines)


class Handler(Relay):
    async def handle_RCPT(self, server, session, envelope, address, options):
        local, _, domain = address.lower().partition("@")
        if domain not in ("lab.test", ""):
            return "550 5.7.1 Relaying denied"
        if local not in ("alice", "bob", "postmaster"):
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"


def login(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"alice@lab.test", b"secret")
    # handled=False: the library answers 535 by itself.
    return AuthResult(success=good, handled=False)


def server(kind):
    if kind == "aiosmtpd-lmtp":
        return LMTP(Handler(), hostname="lab.test")
    if kind == "relay":
        return SMTP(Relay(), hostname="relay.lab.test")
    if kind == "aiosmtpd":
        return SMTP(Handler(), hostname="lab.test")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain("/etc/lab/cert.pem", "/etc/lab/key.pem")
    return SMTP(Handler(), hostname="lab.test", tls_context=tls,
                authenticator=login, auth_require_tls=False)


async def main(kind, port):
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: server(kind), "127.0.0.1",
                                        int(port))
    await listener.serve_forever()

asyncio.run(main(*sys.argv[1:]))
