#!/bin/sh
# limelight test --packages: makes the packages, installs them into a fresh Debian, does the main job there, removes them, and looks
# whether anything is left. Needs root, debootstrap and a Debian mirror; apart from the ordinary suite.
#
#   packages.sh HOME [RELEASE...]     bookworm and trixie unless they are named
#
# LIMELIGHT_PICTURES names a folder for a picture of the installed console.
# Fresh roots are kept in LIMELIGHT_ROOTS (/var/cache/limelight-roots), outside of the sources.
set -eu
umask 022

home=$1
shift
[ $# -gt 0 ] || set -- bookworm trixie
roots=${LIMELIGHT_ROOTS-/var/cache/limelight-roots}

say() { printf '%s\n' "packages: $*" >&2; }
die() {
    say "$*"
    exit 1
}

[ "$(id -u)" = 0 ] || die "this makes root file systems and needs root."
for tool in debootstrap dpkg-deb unshare lintian; do
    command -v "$tool" >/dev/null 2>&1 || die "there is no $tool. Install it with: apt-get install -y debootstrap dpkg util-linux lintian"
done
mirror=${LIMELIGHT_MIRROR-$(sed -n -e 's/^URIs: *//p' -e 's/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\) .*/\2/p' \
    /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -n 1)}
[ -n "$mirror" ] || die "no Debian mirror is configured here; name one in LIMELIGHT_MIRROR."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# One time for both, also where somebody commits in between.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH-$(git -C "$home" log -1 --format=%ct 2>/dev/null || echo 1767225600)}
export SOURCE_DATE_EPOCH
if [ -n "${LIMELIGHT_PACKAGES-}" ]; then
    # Made before: for whoever works on this test.
    mkdir -p "$work/one"
    cp "$LIMELIGHT_PACKAGES"/*.deb "$work/one/"
else
    "$home/limelight" package --type deb --out "$work/one"
    "$home/limelight" package --type deb --out "$work/two"
    (cd "$work/one" && sha256sum -- *.deb) >"$work/one.sums"
    (cd "$work/two" && sha256sum -- *.deb) >"$work/two.sums"
    cmp -s "$work/one.sums" "$work/two.sums" || die "two builds of the same sources differ: $(diff "$work/one.sums" "$work/two.sums")"
    say "two builds are the same, byte for byte"
fi
lintian --allow-root --fail-on error,warning "$work"/one/*.deb || die "lintian objects."
say "lintian has nothing to say beyond the listed exceptions"

# most DEB MEGABYTES
most() {
    bytes=$(stat -c %s "$1")
    [ "$bytes" -le $(($2 * 1000000)) ] || die "${1##*/} has $bytes bytes; $2 MB are what it may have."
    say "${1##*/}: $((bytes / 1000000)) MB"
}
most "$work"/one/limelight-common_*.deb 70
most "$work"/one/limelight-console_*.deb 90

# What was before: the same with a lower version, so that dpkg upgrades.
mkdir -p "$work/earlier"
for name in common services; do
    dpkg-deb -R "$(echo "$work"/one/limelight-"$name"_*.deb)" "$work/tree"
    sed -i -e 's/^Version: .*/Version: 0.0.1/' -e 's/limelight-common (= [^)]*)/limelight-common (= 0.0.1)/' "$work/tree/DEBIAN/control"
    dpkg-deb --root-owner-group -Znone --build "$work/tree" "$work/earlier/limelight-${name}_0.0.1_all.deb" >/dev/null
    rm -rf "$work/tree"
done

for release in "$@"; do
    fresh=$roots/$release
    if [ ! -f "$fresh.complete" ]; then
        rm -rf "$fresh"
        mkdir -p "$roots"
        say "making a fresh $release, some minutes"
        debootstrap --variant=minbase --include=ca-certificates "$release" "$fresh" "$mirror" >"$roots/$release.log" 2>&1 ||
            die "$release could not be made; what debootstrap said is in $roots/$release.log"
        touch "$fresh.complete"
    fi
    root=$work/$release
    cp -a "$fresh" "$root"
    cp "$work"/one/*.deb "$root/root/"
    cp -R "$work/earlier" "$root/root/"
    cp "$home/installer/src/test/sh/inside.sh" "$root/root/"
    # What apt needs to reach a mirror here is the computer's own business.
    for file in /etc/apt/apt.conf.d/*; do
        grep -qi 'proxy\|Acquire' "$file" && cp "$file" "$root/etc/apt/apt.conf.d/"
    done
    say "$release: installing, working, removing"
    unshare --mount --pid --fork --propagation private chroot "$root" sh /root/inside.sh || die "$release: failed."
    say "$release: passed"
    if [ -n "${LIMELIGHT_PICTURES-}" ]; then
        mkdir -p "$LIMELIGHT_PICTURES"
        cp "$root/root/console-second.png" "$LIMELIGHT_PICTURES/$release.png"
    fi
    rm -rf --one-file-system "$root"

    # Once more, booted.
    cp -a "$fresh" "$root"
    cp "$work"/one/*.deb "$home/installer/src/test/sh/booted.sh" "$root/root/"
    for file in /etc/apt/apt.conf.d/*; do
        grep -qi 'proxy\|Acquire' "$file" && cp "$file" "$root/etc/apt/apt.conf.d/"
    done
    unshare --mount --pid --fork --propagation private chroot "$root" sh /root/booted.sh prepare >"$work/prepare.log" 2>&1 || {
        tail -n 20 "$work/prepare.log" >&2
        die "$release: could not be prepared to boot."
    }
    timeout 900 unshare --mount --pid --uts --ipc --net --cgroup --fork --kill-child --propagation private \
        sh "$home/installer/src/test/sh/booted.sh" init "$root" >"$work/boot.log" 2>&1 </dev/null || true
    [ "$(tail -n 1 "$root/root/booted.txt" 2>/dev/null)" = passed ] || {
        tail -n 40 "$root/root/booted.txt" "$work/boot.log" >&2
        die "$release: the booted services failed."
    }
    grep -E '^(verifier|registrar|agent): ' "$root/root/booted.txt" | sed 's/^/  memory (PSS) of the /' >&2
    say "$release: booted, a payload's script ran in a unit of its own, and nothing starts beside Keylime's"
    rm -rf --one-file-system "$root"
done
say "all passed"
