#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# exim.sh - the lab's Exim 4: Debian's own configuration, limits raised
#
# What is not stock: the port; 127.0.0.1 is a stranger (MAIN_RELAY_NETS), so
# that relaying is refused as it is to the world; mail for other domains has
# no route (configuration type "local") and local mail is dropped; the counts
# of connections, wrong commands and commands without mail are raised, since
# they answer a test run and not a command. The rest answers as Debian ships.
# One case is left out (EXCLUDE). The variant exim-tls has STARTTLS and, after
# it only, AUTH. The variant exim-fuzz is as fast as Exim gets: it only queues,
# spool and log are in memory, it keeps no log of each message, looks no name
# up and has no TLS (a bare loop could not play that); what it queues is thrown
# away after a minute.
. "$(dirname "$0")/common.sh"

TITLE='Exim 4'
PORT=2505
POOL=exim
EXCLUDE=bdat.zero
PACKAGES='exim4-daemon-light exim4-config exim4-base'
if [ "$SERVER" = exim-tls ]; then
    TITLE='Exim 4, TLS and AUTH'
    PORT=2506
    AUTH=yes
elif [ "$SERVER" = exim-fuzz ]; then
    TITLE='Exim 4, queue only, in memory'
    PORT=2508
fi

preseed() {
    cat <<'END'
exim4-config exim4/mailname string lab.test
exim4-config exim4/use_split_config boolean false
END
}

configure() {
    cat <<'END'
users
cat > /etc/aliases <<CONF
postmaster: :blackhole:
abuse: :blackhole:
alice: :blackhole:
bob: :blackhole:
CONF
cat > /etc/exim4/exim4.conf.localmacros <<CONF
MAIN_RELAY_NETS = 192.0.2.0/24
MAIN_HARDCODE_PRIMARY_HOSTNAME = lab.test
smtp_accept_max = 200
smtp_accept_max_nonmail = 1000000
smtp_max_unknown_commands = 1000000
smtp_max_synprot_errors = 1000000
CONF
sed -i -e "s/^dc_eximconfig_configtype=.*/dc_eximconfig_configtype='local'/" \
    -e "s/^dc_other_hostnames=.*/dc_other_hostnames='lab.test'/" \
    -e "s/^dc_local_interfaces=.*/dc_local_interfaces='127.0.0.1.$PORT'/" \
    /etc/exim4/update-exim4.conf.conf
mkdir -p /run/exim4 && chown Debian-exim: /run/exim4
END
    [ "$SERVER" != exim-fuzz ] || cat <<'END'
cat >> /etc/exim4/exim4.conf.localmacros <<CONF
DC_minimaldns = yes
MAIN_LOG_SELECTOR = -all
queue_only = true
tls_advertise_hosts =
message_logs = false
smtp_accept_queue = 0
smtp_accept_queue_per_connection = 0
smtp_accept_max_per_connection = 1000000
smtp_connect_backlog = 256
check_spool_space = 0
rfc1413_query_timeout = 0s
CONF
END
    [ -z "$AUTH" ] || cat <<'END'
certificate root:Debian-exim
cat >> /etc/exim4/exim4.conf.localmacros <<CONF
MAIN_TLS_ENABLE = yes
MAIN_TLS_CERTIFICATE = /etc/lab/cert.pem
MAIN_TLS_PRIVATEKEY = /etc/lab/key.pem
CONF
cat > /etc/lab/auth <<'CONF'
lab_cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${if eq{$auth1}{alice@lab.test}{secret}fail}
  server_set_id = $auth1
  server_advertise_condition = ${if def:tls_in_cipher}
lab_plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{alice@lab.test}}{eq{$auth3}{secret}}}}
  server_set_id = $auth2
  server_advertise_condition = ${if def:tls_in_cipher}
lab_login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = ${if and{{eq{$auth1}{alice@lab.test}}{eq{$auth2}{secret}}}}
  server_set_id = $auth1
  server_advertise_condition = ${if def:tls_in_cipher}
CONF
sed -i '/^begin authenticators/r /etc/lab/auth' /etc/exim4/exim4.conf.template
END
    cat <<'END'
update-exim4.conf
exim4 -bV | tail -n 1
END
}

# All that is mounted goes with the daemon.
in_memory='for at in spool log; do
    mount -t tmpfs -o size=1g tmpfs /var/$at/exim4;
    chown Debian-exim: /var/$at/exim4;
done;
while sleep 10; do find /var/spool/exim4/input -type f -mmin +1 -delete; done &
exec exim4 -bdf'
in_memory=${in_memory//$'\n'/ }

daemon() {
    case $SERVER in
    exim-fuzz) printf '%s\n' sh -c "$in_memory" ;;
    *) printf '%s\n' exim4 -bdf -q30m ;;
    esac
}

lab_main "$@"
