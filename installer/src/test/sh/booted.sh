#!/bin/sh
# A fresh Debian that really boots, in namespaces of its own: the units under systemd, with all their limits, and a payload whose script
# has to get beyond those of the agent. packages.sh calls it three times.
#
#   booted.sh prepare        in the root: installs what is needed
#   booted.sh init ROOT      in new namespaces: makes ROOT the root and becomes its systemd
#   booted.sh journey        started by that systemd; leaves its findings in /root/booted.txt, "passed" in the last line
set -eu

case $1 in
prepare)
    mount -t proc proc /proc
    for folder in /run /tmp /dev/shm; do
        mkdir -p "$folder"
        mount -t tmpfs none "$folder"
    done
    export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
    apt-get update -q
    apt-get install -y -q systemd swtpm swtpm-tools gnutls-bin python3 iproute2 procps \
        /root/limelight-common_*.deb /root/limelight-services_*.deb
    cat >/etc/systemd/system/journey.service <<UNIT
[Service]
ExecStart=/bin/sh /root/booted.sh journey
StandardOutput=append:/root/booted.txt
StandardError=append:/root/booted.txt
[Install]
WantedBy=multi-user.target
UNIT
    mkdir -p /etc/systemd/system/multi-user.target.wants
    ln -sf ../journey.service /etc/systemd/system/multi-user.target.wants/journey.service
    exit
    ;;
init)
    mount --bind "$2" "$2"
    cd "$2"
    mkdir -p outside
    pivot_root . outside
    # shellcheck disable=SC2016 # the inner shell's
    exec chroot . sh -c 'mount -t proc proc /proc
        umount -l /outside
        mount -t sysfs sysfs /sys
        mount -t cgroup2 cgroup2 /sys/fs/cgroup
        mount -t tmpfs -o mode=755 none /run
        mount -t tmpfs none /tmp
        mount -t tmpfs none /dev/shm
        ip link set lo up
        export container=test
        exec /lib/systemd/systemd --system --unit=multi-user.target --log-target=console --show-status=no'
    ;;
esac

# --- the journey --------------------------------------------------------------------------------------------------

id=d432fbb3-d2f1-4a97-9ef7-75bd81c00000
finish() {
    [ "$*" = passed ] || systemctl status --no-pager -l 'limelight*' 2>&1 | tail -n 60 || true
    echo "$*"
    systemctl poweroff -ff
    exit 0
}
listening() {
    for _ in $(seq 120); do
        if ss -ltn | grep -q ":$1 "; then return 0; fi
        sleep 1
    done
    finish "failed: nobody listens on port $1"
}
systemd-tmpfiles --create
cat >/etc/keylime/agent.conf <<CONF
[agent]
uuid = "$id"
tpm = "swtpm:path=/run/keylime/tpm.sock"
secure_size = "5m"
CONF
printf '[tenant]\nrequire_ek_cert = False\n' >/etc/keylime/tenant.conf
systemctl daemon-reload
mkdir -p /root/tpm
swtpm_setup --tpm2 --tpmstate /root/tpm --overwrite >/dev/null
swtpm socket --tpm2 --tpmstate dir=/root/tpm --server type=unixio,path=/run/keylime/tpm.sock,mode=0666 \
    --flags not-need-init,startup-clear --daemon
systemctl start limelight-verifier
listening 8881
systemctl start limelight-registrar
listening 8890
systemctl start limelight-agent
listening 9002
grep -q ' /var/lib/keylime/secure tmpfs .*size=5120k' /proc/mounts || finish "failed: the secure area is not a mount of 5 MiB"

mkdir -p /root/payload
printf '#!/bin/sh\n{ id -u; cat /proc/self/cgroup; } >/root/ran\nsleep 1000\n' >/root/payload/autorun.sh
chmod 755 /root/payload/autorun.sh
(cd /root/payload && python3 -c 'import zipfile; zipfile.ZipFile("/root/payload.zip", "w").write("autorun.sh")')
for _ in $(seq 60); do
    if limelight tenant -c add -t 127.0.0.1 -u "$id" -f /root/payload.zip; then break; fi
    sleep 2
done
for _ in $(seq 60); do
    [ ! -s /root/ran ] || break
    sleep 1
done
[ "$(head -n 1 /root/ran)" = 0 ] || finish "failed: the payload's script did not run as root"
grep -q limelight-runner@ /root/ran || finish "failed: the payload's script ran in the agent's own unit"
for process in $(pgrep java); do
    echo "$(tr '\0' '\n' <"/proc/$process/cmdline" | tail -n 1): $(sed -n 's/^Pss: *//p' "/proc/$process/smaps_rollup")"
done
systemctl stop limelight-agent
systemctl --no-legend list-units 'limelight-runner@*' | grep -q running || finish "failed: the script ended with the agent"
# Beside Keylime's own.
cat >/run/systemd/system/keylime_agent.service <<UNIT
[Service]
ExecStart=/bin/sleep 1000
UNIT
systemctl daemon-reload
systemctl start keylime_agent
systemctl start limelight-agent || true
for _ in $(seq 20); do
    if systemctl is-failed --quiet limelight-agent; then break; fi
    sleep 1
done
[ "$(systemctl show -P ExecMainStatus limelight-agent)" = 78 ] || finish "failed: the agent starts beside Keylime's"
systemctl is-active --quiet keylime_agent || finish "failed: Keylime's agent was stopped"
systemctl stop limelight-registrar limelight-verifier
for unit in registrar verifier; do
    if systemctl is-failed --quiet limelight-$unit; then finish "failed: limelight-$unit did not stop in order"; fi
done
finish passed
