// SPDX-License-Identifier: MIT
//
// peer_nodemailer.js - Nodemailer's smtp-connection as a peer
// (tests/bench/peer.h)
//
// It gets some 64 KiB at a time, as from a socket, and handles its replies one in
// a turn of the event loop, by itself. While the last reply is not whole it
// handles none, so that each piece ends with a reply.
//
// needs:    npm nodemailer@10.6.1
'use strict';

const fs = require('fs');
const readline = require('readline');
const SMTPConnection = require('nodemailer/lib/smtp-connection');
const { version } = require('nodemailer/package.json');

const PIECE = 65536;

const pieceEnd = (octets, at) => {
    for (let end = at + PIECE; end < octets.length;) {
        end = octets.indexOf(10, end) + 1;
        const line = octets.lastIndexOf(10, end - 2) + 1;
        if (octets[line + 3] !== 45)
            return end;
    }
    return octets.length;
};

const read = octets => new Promise(resolve => {
    const connection = new SMTPConnection({ connectionTimeout: 1e6 });
    let replies = 0;
    let codes = 0;
    const handle = text => {
        replies += 1;
        codes += Number(text.slice(0, 3));
        connection._responseActions.push(handle);
    };
    connection._responseActions = [handle];
    // 421 ends its session, and is a reply all the same.
    connection._onServerClosing = () =>
        setImmediate(() => connection._processResponse());
    connection._socket = { destroyed: false, remoteAddress: '127.0.0.1' };
    let at = 0;
    const feed = () => {
        if (connection._responseQueue.length > 0) {
            setImmediate(feed);
        } else if (at < octets.length) {
            const end = pieceEnd(octets, at);
            connection._onData(octets.subarray(at, end));
            at = end;
            setImmediate(feed);
        } else {
            resolve({ replies, codes });
        }
    };
    feed();
});

const main = async () => {
    const octets = fs.readFileSync(process.argv[2]);
    process.stdout.write(version + '\n');
    for await (const line of readline.createInterface({ input: process.stdin })) {
        const clock = process.hrtime.bigint();
        const before = process.cpuUsage();
        const { replies, codes } = await read(octets);
        const took = Number(process.hrtime.bigint() - clock) / 1e9;
        const { user, system } = process.cpuUsage(before);
        const own = (user + system) / 1e6;
        process.stdout.write(
            `${Math.min(took, own).toFixed(9)} ${replies} ${codes}${line}\n`);
    }
};

main();
