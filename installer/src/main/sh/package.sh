#!/bin/sh
# limelight package: packages of what a build has made. Called by the launcher, which builds first.
#
#   package.sh HOME JDK [--type deb|tar] [--out DIR]
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
    echo "Usage: limelight package [--type deb|tar] [--out DIR]"
    echo "Make packages of this build: deb (limelight-common, limelight-services), or one tar archive that runs where it is"
    echo "unpacked. Both bring their own Java. DIR is installer/target/packages unless it is named."
}

type=deb
out=$home/installer/target/packages
while [ $# -gt 0 ]; do
    case $1 in
    --type)
        [ $# -ge 2 ] || die "--type needs a value: deb or tar."
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
tar) ;;
rpm | app-image | msi | dmg | pkg) die "$type is not made yet; deb and tar are." ;;
*) die "there is no package of type $type; deb and tar are made." ;;
esac
[ -x "$jdk/bin/jlink" ] || die "$jdk has no jlink, which makes the Java that goes along; use a whole JDK (JAVA_HOME)."

cli=$home/console-app/cli/target
[ -f "$cli/limelight-cli.jar" ] || die "nothing is built in $cli."
if [ -z "${SOURCE_DATE_EPOCH-}" ]; then
    SOURCE_DATE_EPOCH=$(git -C "$home" log -1 --format=%ct 2>/dev/null) || SOURCE_DATE_EPOCH=1767225600
fi
export SOURCE_DATE_EPOCH
version=$(sed -n 's/^.*<version>\(.*\)<\/version>.*$/\1/p' "$home/pom.xml" | head -n 1)
# A snapshot comes before its release.
version=$(printf '%s' "$version" | sed 's/-SNAPSHOT$/~snapshot/')
case $(uname -m) in
x86_64) machine=amd64 ;;
aarch64) machine=arm64 ;;
*) die "packages are made for amd64 and arm64; this computer is $(uname -m)." ;;
esac

mkdir -p "$out"
out=$(CDPATH='' cd -- "$out" && pwd -P)
work=$(mktemp -d "$out/.work-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# --- what every package has ---------------------------------------------------------------------------------------

# What the programs use of Java: no window toolkit, one language. jdk.crypto.ec and the like are part of java.base by now.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.sql,java.xml,jdk.unsupported,jdk.zipfs

say "linking a Java for it"
"$jdk/bin/jlink" --add-modules "$modules" --strip-debug --no-man-pages --no-header-files --compress zip-6 \
    --output "$work/runtime" >"$work/jlink.log" 2>&1 || {
    cat "$work/jlink.log" >&2
    die "the Java could not be linked."
}

# Symbols that only a debugger reads are a third of its native code.
if command -v strip >/dev/null 2>&1; then
    find "$work/runtime" -type f \( -name '*.so' -o -path '*/bin/*' -o -name jexec -o -name jspawnhelper \) \
        -exec strip --strip-unneeded {} + 2>/dev/null || true
fi

# common PREFIX: /usr/bin/limelight and all that it starts.
common() {
    lib=$1/lib/limelight
    mkdir -p "$lib/lib" "$lib/agent/sh" "$lib/agent/py" "$1/bin"
    cp -R "$work/runtime" "$lib/runtime"
    find "$lib/runtime/legal" -type f -exec chmod 644 {} +
    cp "$cli/limelight-cli.jar" "$lib/"
    for library in "$cli"/lib/*.jar; do
        cp "$library" "$lib/lib/"
    done
    cp "$home"/agent/src/main/sh/*.sh "$lib/agent/sh/"
    cp "$home"/agent/src/main/py/*.py "$lib/agent/py/"
    chmod 755 "$lib"/agent/sh/*.sh
    cp "$home/installer/src/main/sh/start.sh" "$lib/"
    cp "$home/installer/src/main/sh/limelight" "$1/bin/limelight"
    chmod 755 "$1/bin/limelight"
    foreign "$lib/lib"
}

# foreign DIR: native libraries of other systems and processors go; they are half of the size.
foreign() {
    case $machine in
    amd64) keep='linux/amd64|Linux/x86_64' ;;
    arm64) keep='linux/aarch64|Linux/aarch64' ;;
    esac
    for library in "$1"/zstd-jni-*.jar "$1"/sqlite-jdbc-*.jar; do
        [ -f "$library" ] || continue
        "$jdk/bin/java" "$home/installer/src/main/sh/StripNative.java" "$library" "$keep" ||
            die "the native libraries of other systems could not be taken out of $library."
    done
}

# documents PREFIX PACKAGE
documents() {
    mkdir -p "$1/share/doc/$2" "$1/share/lintian/overrides"
    cp "$home/installer/src/main/deb/copyright" "$1/share/doc/$2/"
    gzip -9nc "$home/CHANGELOG.md" >"$1/share/doc/$2/NEWS.md.gz"
    {
        printf '%s (%s) unstable; urgency=medium\n\n' "$2" "$version"
        printf '  * What changed is in NEWS.md.gz.\n\n'
        printf ' -- Limelight maintainers <limelight@localhost.invalid>  %s\n' "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
    } | gzip -9n >"$1/share/doc/$2/changelog.gz"
    if [ -f "$home/installer/src/main/deb/$2.lintian-overrides" ]; then
        cp "$home/installer/src/main/deb/$2.lintian-overrides" "$1/share/lintian/overrides/$2"
    fi
}

settle() {
    find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# --- tar ----------------------------------------------------------------------------------------------------------

if [ "$type" = tar ]; then
    name=limelight-$(printf '%s' "$version" | tr '~' '-')-linux-$machine
    common "$work/$name"
    documents "$work/$name" limelight-common
    settle "$work/$name"
    tar --sort=name --owner=0 --group=0 --numeric-owner -C "$work" -cf - "$name" | xz -T0 -6 >"$work/$name.tar.xz"
    mv "$work/$name.tar.xz" "$out/"
    say "$out/$name.tar.xz"
    exit 0
fi

# --- deb ----------------------------------------------------------------------------------------------------------

# control PACKAGE: its control file from the template, with version, processor and size.
control() {
    root=$work/$1
    size=$(du -sk "$root" | cut -f 1)
    mkdir -p "$root/DEBIAN"
    sed -e "s/@VERSION@/$version/g" -e "s/@MACHINE@/$machine/g" -e "s/@SIZE@/$size/g" \
        "$home/installer/src/main/deb/$1.control" >"$root/DEBIAN/control"
    for script in preinst postinst prerm postrm; do
        if [ -f "$home/installer/src/main/deb/$1.$script" ]; then
            cp "$home/installer/src/main/deb/$1.$script" "$root/DEBIAN/$script"
            chmod 755 "$root/DEBIAN/$script"
        fi
    done
    (cd "$root" && find usr -type f -print0 2>/dev/null | sort -z | xargs -0 -r md5sum >DEBIAN/md5sums)
    settle "$root"
    dpkg-deb --root-owner-group -Zxz --build "$root" "$work/$1.deb" >/dev/null
    file=$1_${version}_$(sed -n 's/^Architecture: //p' "$root/DEBIAN/control").deb
    mv "$work/$1.deb" "$out/$file"
    say "$out/$file"
}

common "$work/limelight-common/usr"
documents "$work/limelight-common/usr" limelight-common
mkdir -p "$work/limelight-common/usr/share/bash-completion/completions" "$work/limelight-common/usr/share/man/man1"
"$jdk/bin/java" -XX:+UseSerialGC -jar "$cli/limelight-cli.jar" completion bash \
    >"$work/limelight-common/usr/share/bash-completion/completions/limelight" 2>/dev/null ||
    rm -f "$work/limelight-common/usr/share/bash-completion/completions/limelight"
gzip -9nc "$home/installer/src/main/man/limelight.1" >"$work/limelight-common/usr/share/man/man1/limelight.1.gz"
control limelight-common

services=$work/limelight-services
mkdir -p "$services/usr/lib/systemd/system" "$services/usr/lib/sysusers.d" "$services/usr/lib/tmpfiles.d"
cp "$home"/installer/src/main/systemd/*.service "$services/usr/lib/systemd/system/"
cp "$home/installer/src/main/sysusers/limelight.conf" "$services/usr/lib/sysusers.d/"
cp "$home/installer/src/main/tmpfiles/limelight.conf" "$services/usr/lib/tmpfiles.d/"
documents "$services/usr" limelight-services
control limelight-services
(cd "$out" && sha256sum -- *.deb >SHA256SUMS)
