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

// The octets of a reply. It decodes what is UTF-8 and keeps the rest as one
// octet a character.
const octetsOf = text => {
    const binary = Buffer.from(text, 'binary');
    const kept = binary.toString('binary') === text &&
        binary.toString('utf8').includes('\ufffd');
    return kept ? binary : Buffer.from(text, 'utf8');
};

const replyOf = text => {
    const lines = text.replace(/\r?\n$/, '').split('\n');
    const code = /^\d+/.exec(lines[lines.length - 1]);
    return {
        code: code ? Number(code[0]) : null,
        text: octetsOf(lines.map(line => line.replace(/^\d*[- ]?/, ''))
            .join('\n')).toString('hex'),
        complete: true
    };
};

const read = octets => new Promise(resolve => {
    const connection = new SMTPConnection({ connectionTimeout: 1e6 });
    const replies = [];
    let error = null;
    const handle = text => {
        replies.push(replyOf(text));
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
    for await (const line of readline.createInterface({ input: process.stdin })) {
        const answer = await read(Buffer.from(line, 'hex'));
        process.stdout.write(JSON.stringify(answer) + '\n');
    }
};

main();
