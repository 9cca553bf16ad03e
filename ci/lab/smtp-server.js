// SPDX-License-Identifier: MIT
//
// smtp-server.js SERVER PORT - a server of three users on Nodemailer's library
//
// It knows alice, bob and postmaster of lab.test, relays nothing and drops what
// it takes. SERVER is smtp-server (neither STARTTLS nor AUTH) or another name.
'use strict';
const fs = require('fs');
const { SMTPServer } = require('smtp-server');

const refuse = (code, text) =>
    Object.assign(new Error(text), { responseCode: code });
const open = process.argv[2] === 'smtp-server';
const server = new SMTPServer({
    name: 'lab.test',
    authOptional: true,
    allowInsecureAuth: true,
    authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
    disabledCommands: open ? ['AUTH', 'STARTTLS'] : [],
    key: fs.readFileSync('/etc/lab/key.pem'),
    cert: fs.readFileSync('/etc/lab/cert.pem'),
    size: 10240000,
    onAuth(auth, session, done) {
        const good = auth.username === 'alice@lab.test' &&
            (auth.method === 'CRAM-MD5' ? auth.validatePassword('secret')
                : auth.password === 'secret');
        done(good ? null : refuse(535, 'Invalid username or password'),
            good ? { user: 'alice' } : undefined);
    },
    onRcptTo(address, session, done) {
        const [local, domain] = address.address.toLowerCase().split('@');
        if (domain !== undefined && domain !== 'lab.test')
            return done(refuse(550, 'Relaying denied'));
        if (!['alice', 'bob', 'postmaster'].includes(local))
            return done(refuse(550, 'No such user'));
        done();
    },
    onData(stream, session, done) {
        stream.on('data', () => {});
        stream.on('end', () => done(stream.sizeExceeded ?
            refuse(552, 'Message exceeds the maximum size') : null));
    },
});
server.on('error', (error) => console.error(error.message));
server.listen(Number(process.argv[3]), '127.0.0.1');
