#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# sendmail.sh - the lab's Sendmail, from a short .mc of its own
#
# What is not stock: the port; 127.0.0.1 is a stranger (the lines that let it
# relay are taken out of the .cf); mail is queued and never delivered; senders
# need no domain that resolves. Its count of bad commands (25) and its pauses
# after many NOOP, VRFY or HELO are compiled in. The variant sendmail-tls has
# STARTTLS and AUTH (Cyrus SASL, a database of its own).
. "$(dirname "$0")/common.sh"

TITLE=Sendmail
PORT=2509
POOL=sendmail
PACKAGES='sendmail-bin sendmail-base sendmail-cf m4 sensible-mda sasl2-bin
    libsasl2-modules libsasl2-modules-db'
if [ "$SERVER" = sendmail-tls ]; then
    TITLE='Sendmail, TLS and AUTH'
    PORT=2510
    AUTH=yes
fi

configure() {
    local flags=', M=AS'

    [ -z "$AUTH" ] || flags=
    echo "flags='$flags'"
    cat <<'END'
users
certificate
chmod 600 /etc/lab/key.pem
printf '%s\n' 'postmaster: alice' 'alice: /dev/null' 'bob: /dev/null' \
    > /etc/lab/aliases
mkdir -p /etc/mail/sasl
chown root /var/spool/mqueue
cat > /etc/mail/sasl/Sendmail.conf.2 <<CONF
pwcheck_method: auxprop
auxprop_plugin: sasldb
mech_list: PLAIN LOGIN CRAM-MD5
CONF
echo secret | saslpasswd2 -p -c -u lab.test alice
chmod 640 /etc/sasldb2
cat > /etc/lab/lab.mc <<CONF
divert(0)dnl
OSTYPE(\`debian')dnl
define(\`confDOMAIN_NAME', \`lab.test')dnl
define(\`ALIAS_FILE', \`/etc/lab/aliases')dnl
define(\`confHOST_STATUS_DIRECTORY', \`')dnl
define(\`confTO_IDENT', \`0')dnl
define(\`confAUTH_MECHANISMS', \`PLAIN LOGIN CRAM-MD5')dnl
TRUST_AUTH_MECH(\`PLAIN LOGIN CRAM-MD5')dnl
define(\`confAUTH_REALM', \`lab.test')dnl
define(\`confSERVER_CERT', \`/etc/lab/cert.pem')dnl
define(\`confSERVER_KEY', \`/etc/lab/key.pem')dnl
define(\`confCACERT', \`/etc/lab/cert.pem')dnl
define(\`confCACERT_PATH', \`/etc/lab')dnl
FEATURE(\`nocanonify')dnl
FEATURE(\`accept_unresolvable_domains')dnl
FEATURE(\`no_default_msa')dnl
LOCAL_DOMAIN(\`lab.test')dnl
DAEMON_OPTIONS(\`Family=inet, Name=MTA, Port=$PORT, Addr=127.0.0.1$flags')dnl
MAILER(\`local')dnl
MAILER(\`smtp')dnl
CONF
m4 /usr/share/sendmail/cf/m4/cf.m4 /etc/lab/lab.mc > /etc/lab/lab.cf
# What lets this machine relay: its addresses and its names.
sed -i -e '/originated locally/d' -e '/see if it is local/d' \
    -e '/^R<?> \$=w\t/d' /etc/lab/lab.cf
newaliases -C /etc/lab/lab.cf
END
}

daemon() {
    printf '%s\n' sendmail -C /etc/lab/lab.cf -bD -O DeliveryMode=q
}

lab_main "$@"
