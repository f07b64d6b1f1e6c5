#!/bin/sh
# limelight package: packages of what a build has made. Called by the launcher, which builds first.
#
#   package.sh HOME JDK [--type deb|rpm|tar|app-image|msi|dmg|pkg] [--out DIR]
#
# Equal inputs give equal packages: every time stamp is that of the last commit (SOURCE_DATE_EPOCH, where it is set), files
# are packed in the order of their names and belong to root.
set -eu
umask 022

home=$1
jdk=$2
shift 2

say() { printf '%s\n' "limelight package: $*" >&2; }
die() {
    say "$*"
    exit 1
}
usage() {
    echo "Usage: limelight package [--type deb|rpm|tar|app-image|msi|dmg|pkg] [--out DIR]"
    echo "Make packages of this build. All bring their own Java."
    echo "  deb, rpm   limelight-common (programs), limelight-services (units), limelight-console, limelight-keylime-compat"
    echo "  tar        programs without the console, which run where they are unpacked"
    echo "  app-image  the console, which runs where it is unpacked"
    echo "  dmg, pkg   the console for macOS, made there; msi for Windows: see docs/install.md"
    echo "DIR is installer/target/packages unless it is named."
}

type=deb
out=$home/installer/target/packages
while [ $# -gt 0 ]; do
    case $1 in
    --type)
        [ $# -ge 2 ] || die "--type needs a value: deb, rpm, tar, app-image, msi, dmg or pkg."
        type=$2
        shift 2
        ;;
    --out)
        [ $# -ge 2 ] || die "--out needs a folder."
        out=$2
        shift 2
        ;;
    --no-install) shift ;;
    -h | --help)
        usage
        exit 0
        ;;
    *) die "there is no option $1; see limelight package --help." ;;
    esac
done
case $type in
deb) command -v dpkg-deb >/dev/null 2>&1 || die "a deb is made by dpkg-deb, which is not here. Install dpkg, or use --type tar." ;;
rpm) command -v rpmbuild >/dev/null 2>&1 || die "an rpm is made by rpmbuild, which is not here. Install rpm or rpm-build, or use --type tar." ;;
tar | app-image) ;;
dmg | pkg) [ "$(uname -s)" = Darwin ] || die "a $type is made on macOS; docs/install.md says how." ;;
msi) die "an msi is made on Windows, by jpackage with installer/src/main/jpackage/windows.args; docs/install.md says how." ;;
*) die "there is no package of type $type; see limelight package --help." ;;
esac
[ -x "$jdk/bin/jlink" ] || die "$jdk has no jlink, which makes the Java that goes along; use a whole JDK (JAVA_HOME)."

source=$home/installer/src/main
cli=$home/console-app/cli/target
desktop=$home/console-app/desktop/target
icons=$home/icons/target/classes/io/limelight/icons
[ -f "$cli/limelight-cli.jar" ] || die "nothing is built in $cli."
[ "$type" = tar ] || [ -f "$desktop/limelight-desktop.jar" ] || die "the console is not built in $desktop."
if [ -z "${SOURCE_DATE_EPOCH-}" ]; then
    SOURCE_DATE_EPOCH=$(git -C "$home" log -1 --format=%ct 2>/dev/null) || SOURCE_DATE_EPOCH=1767225600
fi
export SOURCE_DATE_EPOCH
version=$(sed -n 's/^.*<version>\(.*\)<\/version>.*$/\1/p' "$home/pom.xml" | head -n 1)
# A snapshot comes before its release.
version=$(printf '%s' "$version" | sed 's/-SNAPSHOT$/~snapshot/')
case $(uname -m) in
x86_64) machine=amd64 ;;
aarch64 | arm64) machine=arm64 ;;
*) die "packages are made for x86-64 and 64-bit ARM; this computer is $(uname -m)." ;;
esac

mkdir -p "$out"
out=$(CDPATH='' cd -- "$out" && pwd -P)
work=$(mktemp -d "$out/.work-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

. "$source/sh/package-parts.sh"

case $type in
tar)
    name=limelight-$(printf '%s' "$version" | tr '~' '-')-linux-$machine
    link_services
    common "$work/$name"
    documents "$work/$name" limelight-common
    settle "$work/$name"
    tar --sort=name --owner=0 --group=0 --numeric-owner -C "$work" -cf - "$name" | xz -T0 -6 >"$work/$name.tar.xz"
    mv "$work/$name.tar.xz" "$out/"
    say "$out/$name.tar.xz"
    ;;
deb)
    . "$source/sh/package-deb.sh"
    stage
    for package in $packages; do
        deb "$package"
    done
    ;;
rpm)
    . "$source/sh/package-rpm.sh"
    stage
    for package in $packages; do
        rpm_of "$package"
    done
    ;;
*)
    . "$source/sh/package-app.sh"
    application "$type"
    ;;
esac
if command -v sha256sum >/dev/null 2>&1; then
    (cd "$out" && find . -maxdepth 1 -type f ! -name SHA256SUMS | sed 's|^\./||' | sort | xargs sha256sum -- >"$work/sums" && mv "$work/sums" SHA256SUMS)
fi
