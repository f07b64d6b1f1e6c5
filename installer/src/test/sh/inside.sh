#!/bin/sh
# Inside of a fresh Debian, in mount and process namespaces of its own: what packages.sh asks about.
set -eu

say() { printf '%s\n' "  $*" >&2; }
die() {
    say "$*"
    exit 1
}

mount -t proc proc /proc
for folder in /run /tmp /dev/shm; do
    mkdir -p "$folder"
    mount -t tmpfs none "$folder"
done
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

apt-get update -q >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; die "apt-get update failed"; }
# What they depend on and recommend comes first, so that what is left afterwards is ours.
apt-get install -y -q systemd swtpm swtpm-tools gnutls-bin python3 zlib1g openssh-client openssh-server iproute2 >/tmp/apt.log 2>&1 ||
    { tail -n 20 /tmp/apt.log; die "the dependencies could not be installed"; }
list() {
    find / -xdev \( -path /root -o -path /tmp -o -path /run -o -path /proc -o -path /var/lib/dpkg -o -path /var/cache -o -path /var/log \
        -o -path /var/lib/apt \) -prune -o -print | sort
}
list >/tmp/before
cut -d: -f1 /etc/passwd | sort >/tmp/users-before

apt-get install -y -q /root/limelight-common_*.deb /root/limelight-services_*.deb >/tmp/apt.log 2>&1 ||
    { tail -n 20 /tmp/apt.log; die "the packages could not be installed"; }
[ -f /usr/lib/limelight/limelight.jsa ] || die "classes were not laid out by the installation"
limelight version
limelight tenant --help >/dev/null
getent passwd keylime >/dev/null || die "there is no account keylime"
[ "$(stat -c %a /var/lib/keylime)" = 700 ] || die "/var/lib/keylime is open to others"
systemd-analyze verify --man=no /lib/systemd/system/limelight-*.service 2>/tmp/verify || true
if grep -i limelight /tmp/verify >&2; then die "systemd objects to a unit"; fi

limelight demo --no-console >/tmp/demo 2>&1 || { tail -n 30 /tmp/demo; die "the demo failed"; }
tail -n 1 /tmp/demo | grep -q 'demo: OK' || die "the demo did not end well"
say "installed, and the demo ended well"

# Upgrade over itself with data in place.
echo kept >/var/lib/keylime/mark
apt-get install -y -q --reinstall /root/limelight-common_*.deb /root/limelight-services_*.deb >/tmp/apt.log 2>&1 || die "installing again failed"
[ "$(cat /var/lib/keylime/mark)" = kept ] || die "data were lost when it was installed again"

apt-get purge -y -q limelight-services limelight-common >/tmp/apt.log 2>&1 || { tail -n 20 /tmp/apt.log; die "they could not be removed"; }
[ "$(cat /var/lib/keylime/mark)" = kept ] || die "data were lost when it was purged"
getent passwd keylime >/dev/null || die "the owner of data that are left is gone"
rm -rf /var/lib/keylime
userdel keylime
list >/tmp/after
diff /tmp/before /tmp/after >/tmp/left || { cat /tmp/left; die "that is left or gone"; }

# Without data nothing at all is left.
apt-get install -y -q /root/limelight-common_*.deb /root/limelight-services_*.deb >/tmp/apt.log 2>&1 || die "installing once more failed"
apt-get purge -y -q limelight-services limelight-common >/tmp/apt.log 2>&1 || die "purging once more failed"
list >/tmp/after
diff /tmp/before /tmp/after >/tmp/left || { cat /tmp/left; die "that is left or gone"; }
cut -d: -f1 /etc/passwd | sort | diff /tmp/users-before - || die "accounts differ"
if pgrep -f limelight >/dev/null 2>&1; then die "a process is left"; fi
say "removed without a trace"
