#!/bin/sh
# limelight test --packages: makes the packages, installs them into a fresh Debian, does the main job there, removes them, and looks
# whether anything is left. Needs root, debootstrap and a Debian mirror; apart from the ordinary suite.
#
#   packages.sh HOME [RELEASE...]     bookworm and trixie unless they are named
#
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
"$home/limelight" package --type deb --out "$work/one"
"$home/limelight" package --type deb --out "$work/two"
(cd "$work/one" && sha256sum -- *.deb) >"$work/one.sums"
(cd "$work/two" && sha256sum -- *.deb) >"$work/two.sums"
cmp -s "$work/one.sums" "$work/two.sums" || die "two builds of the same sources differ: $(diff "$work/one.sums" "$work/two.sums")"
say "two builds are the same, byte for byte"
lintian --allow-root --fail-on error,warning "$work"/one/*.deb || die "lintian objects."
say "lintian has nothing to say beyond the listed exceptions"

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
    cp "$home/installer/src/test/sh/inside.sh" "$root/root/"
    # What apt needs to reach a mirror here is the computer's own business.
    for file in /etc/apt/apt.conf.d/*; do
        grep -qi 'proxy\|Acquire' "$file" && cp "$file" "$root/etc/apt/apt.conf.d/"
    done
    say "$release: installing, working, removing"
    unshare --mount --pid --fork --propagation private chroot "$root" sh /root/inside.sh || die "$release: failed."
    say "$release: passed"
    rm -rf --one-file-system "$root"
done
say "all passed"
