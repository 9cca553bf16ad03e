// SPDX-License-Identifier: MIT
//
// nodemailer.js - Nodemailer's smtp-connection as an adapter (line protocol of
// adapter_worker.c)
//
// It is given octets as its socket would, and the handler of each reply notes
// what it gets. Replies are handled one in a turn of the event loop.
//
// needs:    npm nodemailer@10.6.1
'use strict';

const readline = require('readline');
const SMTPConnection = require('nodemailer/lib/smtp-connection');
const { version } = require('nodemailer/package.json');

// The octets of a line. It decodes a reply that is UTF-8 and keeps any other as
// one octet a character; which of them it was can no longer be told from the
// string, so it is the one that the server sent.
const octetsOf = (text, sent) => {
    const kept = Buffer.from(text, 'binary');
    const same = kept.toString('binary') === text && sent.includes(kept);
    return same ? kept : Buffer.from(text, 'utf8');
};

const replyOf = (text, sent) => {
    const lines = text.replace(/\r?\n$/, '').split('\n');
    const code = /^\d+/.exec(lines[lines.length - 1]);
    return {
        code: code ? Number(code[0]) : null,
        text: lines.map(line => line.replace(/^\d*[- ]?/, ''))
            .map(line => octetsOf(line, sent).toString('hex')).join('0a'),
        complete: true
    };
};

const read = octets => new Promise(resolve => {
    const connection = new SMTPConnection({ connectionTimeout: 1e6 });
    const replies = [];
    let error = null;
    const handle = text => {
        replies.push(replyOf(text, octets));
        connection._responseActions.push(handle);
    };
    connection._responseActions = [handle];
    connection._onError = refusal => {
        error = error || refusal.message || 'error';
    };
    // 421 ends its session, and is a reply all the same.
    connection._onServerClosing = () =>
        setImmediate(() => connection._processResponse());
    connection._socket = { destroyed: false, remoteAddress: '127.0.0.1' };
    // A line at a time: of one chunk it would hand out no reply while the last
    // one in it is not whole.
    for (let at = 0; at < octets.length && !error;) {
        const end = octets.indexOf(10, at) + 1 || octets.length;
        connection._onData(octets.subarray(at, end));
        at = end;
    }
    // Its queue is worked off one reply a turn; wait until nothing moves.
    let last = -1;
    const settle = () => {
        if (error || last === connection._responseQueue.length) {
            resolve({ replies, error, left: null });
        } else {
            last = connection._responseQueue.length;
            setImmediate(() => setImmediate(settle));
        }
    };
    setImmediate(settle);
});

const main = async () => {
    process.stdout.write(JSON.stringify({ version }) + '\n');
    const lines = readline.createInterface({ input: process.stdin });

    for await (const line of lines) {
        const answer = await read(Buffer.from(line, 'hex'));
        process.stdout.write(JSON.stringify(answer) + '\n');
    }
};

main();
