#!/bin/sh
# Inside of a fresh Debian, in mount, process and network namespaces of its own where that can be: what packages.sh asks about.
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
services=$(echo /root/limelight-common_*.deb /root/limelight-services_*.deb)
console=$(echo /root/limelight-console_*.deb)
all='limelight-console limelight-services limelight-common'
quietly() {
    "$@" >/tmp/apt.log 2>&1 || {
        tail -n 20 /tmp/apt.log >&2
        return 1
    }
}

quietly apt-get update -q || die "apt-get update failed"
# What they depend on and recommend comes first, so that what is left afterwards is ours; the same list as their control files.
needed=$(for package in $services $console; do
    dpkg-deb -f "$package" Depends
    dpkg-deb -f "$package" Recommends
done | tr ',' '\n' | sed -e 's/^ *//' -e 's/ *(.*)//' -e 's/ |.*//' | grep -v limelight | sort -u)
# shellcheck disable=SC2086 # a list of packages
quietly apt-get install -y -q $needed || die "the dependencies could not be installed"
# What only this looks with.
quietly apt-get install -y -q --no-install-recommends xvfb xdotool imagemagick openssh-client openssh-server iproute2 procps ||
    die "the tools of this test could not be installed"
list() {
    find / -xdev \( -path /root -o -path /tmp -o -path /run -o -path /proc -o -path /var/lib/dpkg -o -path /var/cache -o -path /var/log \
        -o -path /var/lib/apt -o -name mimeinfo.cache -o -name icon-theme.cache -o -path /usr/share/mime \) -prune -o -print | sort
}
list >/tmp/before
cut -d: -f1 /etc/passwd | sort >/tmp/users-before

# --- services alone -----------------------------------------------------------------------------------------------

# The version before, so that what follows is an upgrade.
# shellcheck disable=SC2086,SC2046 # lists of files
if [ -d /root/earlier ]; then
    quietly apt-get install -y -q $(echo /root/earlier/limelight-common_*.deb /root/earlier/limelight-services_*.deb) ||
        die "the earlier packages could not be installed"
    echo kept >/var/lib/keylime/mark
    # CVE-2022-31250: the owner of a folder puts a link there, and an upgrade as root must not give away what it leads to.
    ln -s /etc/shadow /var/lib/keylime/link
    ln -s /etc/shadow /run/keylime/link
    chown -h keylime:keylime /var/lib/keylime/link /run/keylime/link
    before=$(stat -c '%U:%G %a' /etc/shadow)
fi
# shellcheck disable=SC2086 # a list of files
quietly apt-get install -y -q --reinstall --allow-downgrades $services || die "the packages could not be installed"
if [ -d /root/earlier ]; then
    [ "$(cat /var/lib/keylime/mark)" = kept ] || die "an upgrade lost data"
    [ "$(stat -c '%U:%G %a' /etc/shadow)" = "$before" ] || die "CVE-2022-31250: an upgrade gave away what a link leads to"
    rm -f /var/lib/keylime/link /run/keylime/link
    say "upgraded with its data; CVE-2022-31250: links of the account are not followed"
fi
[ -f /usr/lib/limelight/limelight.jsa ] || die "classes were not laid out by the installation"
limelight version >&2
if find /usr/lib/limelight -name 'libawt*' -o -name 'javafx*' | grep -q .; then die "the services bring a window toolkit"; fi
getent passwd keylime >/dev/null || die "there is no account keylime"
[ "$(stat -c %a /var/lib/keylime)" = 700 ] || die "/var/lib/keylime is open to others"
systemd-analyze verify --man=no /lib/systemd/system/limelight-*.service 2>/tmp/verify || true
if grep -i limelight /tmp/verify >&2; then die "systemd objects to a unit"; fi
for unit in verifier:25 registrar:25 ca-listen:25 agent:45; do
    systemd-analyze security --offline=yes --no-pager --threshold="${unit#*:}" "limelight-${unit%:*}.service" >/tmp/security 2>&1 ||
        { tail -n 3 /tmp/security >&2; die "limelight-${unit%:*}.service may do too much"; }
    say "$(tail -n 1 /tmp/security | tr -cd '[:print:]')"
done
mkdir -p /tmp/units
echo 'secure_size = "7m"' >/etc/keylime/agent.conf
/usr/lib/systemd/system-generators/limelight /tmp/units /tmp/units /tmp/units
grep -q 'size=7m' /tmp/units/var-lib-keylime-secure.mount || die "the secure area is not of secure_size"
rm /etc/keylime/agent.conf

# --- what is in the way -------------------------------------------------------------------------------------------

# said WORDS COMMAND...: fails, within a minute, and the last line says so.
said() {
    words=$1
    shift
    if timeout 60 "$@" >/tmp/said 2>&1 </dev/null; then die "$* did not fail"; fi
    grep -q -- "$words" /tmp/said || { cat /tmp/said >&2; die "$* did not say: $words"; }
    say "$(grep -m 1 -- "$words" /tmp/said | cut -c1-160)"
}
as_keylime='setpriv --reuid=keylime --regid=keylime --clear-groups env HOME=/tmp'
mkdir -p /tmp/fake
printf '#!/bin/sh\nexit 0\n' >/tmp/fake/systemctl
chmod 755 /tmp/fake/systemctl
said 'systemctl disable --now keylime_verifier.service' env PATH="/tmp/fake:$PATH" /usr/lib/limelight/service verifier
rm -r /tmp/fake
said '/dev/tpm' limelight agent
# Its secure area stays mounted, as ever when an agent ends.
umount /var/lib/keylime/secure
printf '[verifier]\n' >/etc/keylime/verifier.conf
chmod 000 /etc/keylime/verifier.conf
# shellcheck disable=SC2086 # a command with its options
said '/etc/keylime/verifier.conf' $as_keylime limelight verifier
rm /etc/keylime/verifier.conf
python3 -c 'import socket,time; s=socket.socket(); s.bind(("127.0.0.1",8881)); s.listen(); time.sleep(600)' &
taken=$!
# shellcheck disable=SC2086
said 8881 $as_keylime limelight verifier
kill "$taken"
find /var/lib/keylime -mindepth 1 ! -name mark -delete
mount -t tmpfs -o size=64k,mode=0700,uid="$(id -u keylime)" none /var/lib/keylime
# shellcheck disable=SC2086
said 'space' $as_keylime limelight verifier
umount /var/lib/keylime

limelight demo --no-console >/tmp/demo 2>&1 || { tail -n 30 /tmp/demo; die "the demo failed"; }
tail -n 1 /tmp/demo | grep -q 'demo: OK' || die "the demo did not end well"
say "installed, and the demo ended well"
limelight help >/dev/null
started=$(date +%s%N)
limelight tenant --help >/dev/null
say "limelight tenant --help: $((($(date +%s%N) - started) / 1000000)) ms"

# --- the console --------------------------------------------------------------------------------------------------

quietly apt-get install -y -q "$console" || die "the console could not be installed"
[ -x /usr/lib/limelight/desktop/runtime/bin/java ] || die "the console's Java cannot start its sandbox"
if [ -f /usr/lib/limelight/desktop/console.aot ]; then say "the console has learned"; else say "the console starts without a cache"; fi
if find /usr/lib/limelight/lib -name '*.so' -exec ldd {} + | grep 'not found' >&2; then die "a library is missing"; fi
Xvfb :9 -screen 0 1440x900x24 >/tmp/xvfb 2>&1 &
screen=$!
timeout 30 sh -c 'until [ -S /tmp/.X11-unix/X9 ]; do sleep 0.1; done' || die "there is no screen"
export DISPLAY=:9 HOME=/tmp/home
mkdir -p /tmp/home
for try in first second; do
    started=$(date +%s%N)
    limelight console >"/tmp/console-$try" 2>&1 &
    window=$!
    timeout 90 xdotool search --sync --onlyvisible --name Limelight >/dev/null 2>&1 || { cat "/tmp/console-$try" >&2; die "no window came"; }
    say "console, $try start: window after $((($(date +%s%N) - started) / 1000000)) ms"
    sleep 5
    import -window root "/root/console-$try.png"
    kill "$window"
    wait "$window" 2>/dev/null || true
done
[ "$(convert /root/console-second.png -unique-colors -format '%w' info:)" -gt 50 ] || die "the window is empty"
kill "$screen"
if [ -d /tmp/home/.openjfx ]; then die "native code was unpacked into a home directory"; fi

quietly apt-get install -y -q /root/limelight-keylime-compat_*.deb || die "the names of Keylime could not be installed"
for command in keylime_tenant keylime_ca keylime_verifier keylime_registrar keylime_agent keylime-policy; do
    $command --help >/dev/null || die "$command does not work"
done

# --- removing -----------------------------------------------------------------------------------------------------

echo kept >/var/lib/keylime/mark
# shellcheck disable=SC2086 # a list of packages
quietly apt-get purge -y -q limelight-keylime-compat $all || die "they could not be removed"
[ "$(cat /var/lib/keylime/mark)" = kept ] || die "data were lost when it was purged"
getent passwd keylime >/dev/null || die "the owner of data that are left is gone"
rm -rf /var/lib/keylime
userdel keylime
list >/tmp/after
diff /tmp/before /tmp/after >/tmp/left || { cat /tmp/left; die "that is left or gone"; }

# Without data nothing at all is left.
# shellcheck disable=SC2086 # lists
quietly apt-get install -y -q $services || die "installing once more failed"
# shellcheck disable=SC2086 # lists
quietly apt-get purge -y -q limelight-services limelight-common || die "purging once more failed"
list >/tmp/after
diff /tmp/before /tmp/after >/tmp/left || { cat /tmp/left; die "that is left or gone"; }
cut -d: -f1 /etc/passwd | sort | diff /tmp/users-before - || die "accounts differ"
if pgrep -f limelight >/dev/null 2>&1; then die "a process is left"; fi
say "removed without a trace"
