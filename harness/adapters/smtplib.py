# SPDX-License-Identifier: MIT
#
# smtplib.py - Python's smtplib.SMTP.getreply as an adapter (line protocol of
# adapter_worker.c)
#
# needs:    python3
import io
import json
import platform
import smtplib
import sys


class Wire(io.RawIOBase):
    """What the server sent; remembers whether its end was asked for."""

    def __init__(self, octets):
        self.rest = octets
        self.ended = False

    def readable(self):
        return True

    def readinto(self, room):
        part = self.rest[:len(room)]
        self.rest = self.rest[len(part):]
        room[:len(part)] = part
        self.ended = self.ended or not part
        return len(part)


def read(octets):
    wire = Wire(octets)
    client = smtplib.SMTP()
    client.file = io.BufferedReader(wire)
    replies = []
    error = None
    # peek() of an empty buffer asks the wire: nothing there is a clean end.
    while client.file is not None and client.file.peek(1):
        wire.ended = False
        try:
            code, text = client.getreply()
        except (smtplib.SMTPException, ValueError, OSError) as refusal:
            if not wire.ended:
                error = type(refusal).__name__ + ": " + str(refusal)
            break
        # It takes what came before the end of the stream for a whole reply.
        replies.append({"code": None if code == -1 else code,
                        "text": text.hex(), "complete": True})
    return {"replies": replies, "error": error, "left": None}


def main():
    print(json.dumps({"version": "Python " + platform.python_version()}),
          flush=True)
    for line in sys.stdin:
        print(json.dumps(read(bytes.fromhex(line.strip()))), flush=True)


main()
