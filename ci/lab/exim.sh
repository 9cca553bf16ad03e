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
set -eu

SERVER=exim
TITLE='Exim 4'
PORT=2505
PACKAGES='exim4-daemon-light exim4-config exim4-base'

preseed() {
    cat <<'END'
exim4-config exim4/mailname string lab.test
exim4-config exim4/use_split_config boolean false
END
}

configure() {
    cat <<'END'
for user in alice bob; do
    id "$user" >/dev/null 2>&1 || useradd -m -s /usr/sbin/nologin "$user"
done
echo lab.test > /etc/mailname
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
update-exim4.conf
exim4 -bV | tail -n 1
END
}

daemon() { printf '%s\n' exim4 -bdf -q30m; }

. "$(dirname "$0")/common.sh"
lab_main "$@"
