# SPDX-License-Identifier: MIT
#
# peer_smtplib.py - Python's smtplib.SMTP.getreply as a peer
# (tests/bench/peer.h)
#
# needs:    python3
import io
import platform
import smtplib
import sys
import time


def read(octets):
    client = smtplib.SMTP()
    client.file = io.BufferedReader(io.BytesIO(octets))
    replies = codes = 0
    try:
        while True:
            code, _ = client.getreply()
            replies += 1
            codes += code
    except smtplib.SMTPServerDisconnected:
        return replies, codes


def main():
    with open(sys.argv[1], 'rb') as file:
        octets = file.read()
    print("Python", platform.python_version(), flush=True)
    for _ in sys.stdin:
        clock, own = time.perf_counter(), time.process_time()
        replies, codes = read(octets)
        took = min(time.perf_counter() - clock, time.process_time() - own)
        print("%.9f %d %d" % (took, replies, codes), flush=True)


main()
