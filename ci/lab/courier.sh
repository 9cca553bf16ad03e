#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# courier.sh - the lab's Courier: its ESMTP daemon, tarpit and DNS checks off
#
# What is not stock: the port; 127.0.0.1 may not relay (smtpaccess); TARPIT=0,
# since the stock pause doubles with every error; BOFHCHECKDNS=0; more
# processes for one address. STARTTLS is offered, as in Debian. The variant
# courier-auth has AUTH (in clear, too), with a user database of its own.
. "$(dirname "$0")/common.sh"

TITLE=Courier
PORT=2520
POOL=courier
PACKAGES=courier-mta
if [ "$SERVER" = courier-auth ]; then
    TITLE='Courier, AUTH'
    PORT=2521
    AUTH=yes
fi

preseed() {
    cat <<'END'
courier-mta courier-mta/defaultdomain string lab.test
courier-mta courier-mta/dsnfrom string "MAILER-DAEMON" <>
END
}

configure() {
    cat <<'END'
users
certificate
cat /etc/lab/key.pem /etc/lab/cert.pem > /etc/courier/esmtpd.pem
chown courier:courier /etc/courier/esmtpd.pem
chmod 600 /etc/courier/esmtpd.pem
cd /etc/courier
for file in me defaultdomain locals; do echo lab.test > $file; done
mkdir -p esmtpacceptmailfor.dir smtpaccess aliases
echo lab.test > esmtpacceptmailfor.dir/lab
printf '127.0.0.1\tallow,BLOCK\n' > smtpaccess/default
printf '%s\n' 'postmaster: alice' 'abuse: alice' > aliases/system
makeacceptmailfor
makesmtpaccess
makealiases
for user in alice bob; do
    su -s /bin/sh "$user" -c 'maildirmake.courier ~/Maildir' || :
done
echo ./Maildir > dotcourier || :
sed -i -e 's/^TARPIT=.*/TARPIT=0/' -e 's/^BOFHCHECKDNS=.*/BOFHCHECKDNS=0/' \
    esmtpd
grep -q '^BOFHCHECKDNS' esmtpd || echo BOFHCHECKDNS=0 >> esmtpd
END
    [ -z "$AUTH" ] || cat <<'END'
sed -i 's/^authmodulelist=.*/authmodulelist="authuserdb"/' authdaemonrc
sed -i 's/^ESMTPAUTH=.*/ESMTPAUTH="PLAIN LOGIN CRAM-MD5"/' esmtpd
for user in alice@lab.test alice bob; do
    printf '%s\tuid=%s|gid=%s|home=%s|mail=%s|systempw=%s|hmac-md5pw=%s\n' \
        "$user" "$(id -u alice)" "$(id -g alice)" /home/alice \
        /home/alice/Maildir "$(echo secret | userdbpw -md5)" \
        "$(echo secret | userdbpw -hmac-md5)"
done > userdb
chmod 600 userdb
makeuserdb
END
}

daemon() {
    printf '%s\n' sh -c "mkdir -p /run/courier/authdaemon && \
chown -R courier:courier /run/courier; authdaemond start; \
courier start; set -a; \
. /etc/courier/esmtpd; exec /usr/sbin/couriertcpd -user=courier -group=courier \
-address=127.0.0.1 -nodnslookup -noidentlookup \
-access=/etc/courier/smtpaccess.dat -maxprocs=200 \
-maxperc=200 -maxperip=200 $PORT /usr/sbin/courieresmtpd"
}

lab_main "$@"
