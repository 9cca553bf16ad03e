#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# replay.py REPORT.json HOST PORT - does a second client see the same?
#
# The findings of `check --exhaustive` and `learn` over the alphabet std14 have
# the word that shows them in their titles: "RSET in BDAT: EHLO 250, ... RSET
# x". Each is said again here, by a client that has nothing in common with ours,
# on a connection of its own, and what comes is held against it. A server that
# died of the word before is waited for, 90 s at most.
#
# Prints what differs, and "N findings, N seen again". Exit status: 0, or 1
# where something was not seen again.
import json
import re
import socket
import sys
import time

SILENCE = 5
LINES = {
    "EHLO": "EHLO probe.example", "HELO": "HELO probe.example",
    "MAIL": "MAIL FROM:<probe@probe.example>",
    "RCPT": "RCPT TO:<alice@lab.test>", "DATA": "DATA", "BDAT": "BDAT 0",
    "BDATL": "BDAT 0 LAST", "RSET": "RSET", "NOOP": "NOOP",
    "VRFY": "VRFY alice@lab.test", "MAILX": "MAIL FROM:<probe@probe.example",
    "RCPTX": "RCPT TO:<nobody-of-that-name@lab.test>", "BAD": "XYZZY",
    "QUIT": "QUIT"}
MESSAGE = b"Subject: again\r\n\r\ntext\r\n.\r\n"
REPLY = re.compile(rb"(?:\d{3}-[^\n]*\n)*(\d{3})(?: [^\n]*)?\r?\n")
WORD = re.compile(r": ((?:[A-Z]+ \S+(?:, )?)+)$")


class Client:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), SILENCE)
        self.heard = b""

    def reply(self):
        while True:
            found = REPLY.match(self.heard)
            if found:
                self.heard = self.heard[found.end():]
                return found.group(1).decode()
            try:
                octets = self.socket.recv(65536)
            except socket.timeout:
                return "-"
            except OSError:
                return "x"
            if not octets:
                return "x"
            self.heard += octets

    def say(self, octets):
        try:
            self.socket.sendall(octets)
        except OSError:
            pass
        return self.reply()

    # What comes behind 221 is too much.
    def rest(self):
        while True:
            try:
                octets = self.socket.recv(65536)
            except OSError:
                octets = b""
            if not octets:
                return self.heard.strip()
            self.heard += octets


def greeted(host, port):
    for _ in range(90):
        try:
            client = Client(host, port)
            if client.reply() == "220":
                return client
        except OSError:
            pass
        time.sleep(1)
    sys.exit("replay.py: nobody greets any more")


def play(client, names):
    outputs = []
    for name in names:
        output = client.say(LINES[name].encode() + b"\r\n")
        if name == "DATA" and output == "354":
            output += "+" + client.say(MESSAGE)
        if output == "221" and client.rest():
            output += "*"
        outputs.append(output)
        if output in ("x", "-"):
            break
    client.socket.close()
    return outputs


def main(path, host, port):
    count = again = 0
    with open(path, encoding="utf-8") as file:
        cases = json.load(file)["targets"][0]["cases"]
    for case in cases:
        word = WORD.search(case["title"])
        if case["outcome"] not in ("warn", "fail") or not word:
            continue
        steps = [step.split(" ") for step in word.group(1).split(", ")]
        wanted = [step[1] for step in steps]
        came = play(greeted(host, int(port)), [step[0] for step in steps])
        count += 1
        again += came == wanted
        if came != wanted:
            print(case["id"], "wanted", *wanted, "came", *came)
    print(f"{count} findings, {again} seen again")
    return count != again


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: replay.py REPORT.json HOST PORT")
    sys.exit(main(*sys.argv[1:]))
