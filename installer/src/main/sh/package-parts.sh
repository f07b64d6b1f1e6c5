# What packages are made of: read by package.sh, which has set home, source, jdk, cli, desktop, icons, work, version and machine.

packages='limelight-common limelight-services limelight-console limelight-keylime-compat'

# What the programs use of Java: no window toolkit, one language. jdk.crypto.ec and the like are part of java.base by now.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.sql,java.xml,jdk.unsupported,jdk.zipfs
# The console's: with what JavaFX and its bridge to AWT (pictures, the tray) ask for.
desktop_modules=$modules,java.desktop,java.prefs,java.scripting,jdk.unsupported.desktop,jdk.jfr,jdk.accessibility

# link MODULES FOLDER
link() {
    say "linking a Java for it"
    # No vm but the server's: the others are not started.
    "$jdk/bin/jlink" --add-modules "$1" --strip-debug --no-man-pages --no-header-files --compress zip-6 --vm server \
        --output "$2" >"$work/jlink.log" 2>&1 || {
        cat "$work/jlink.log" >&2
        die "the Java could not be linked."
    }
    # Symbols that only a debugger reads are a third of its native code.
    if [ "$(uname -s)" = Linux ] && command -v strip >/dev/null 2>&1; then
        find "$2" -type f \( -name '*.so' -o -path '*/bin/*' -o -name jexec -o -name jspawnhelper \) \
            -exec strip --strip-unneeded {} + 2>/dev/null || true
    fi
    find "$2/legal" -type f -exec chmod 644 {} +
}
link_services() { link "$modules" "$work/runtime"; }

# common PREFIX: /usr/bin/limelight and all that it starts.
common() {
    lib=$1/lib/limelight
    mkdir -p "$lib/lib" "$lib/agent/sh" "$lib/agent/py" "$1/bin"
    cp -R "$work/runtime" "$lib/runtime"
    cp "$cli/limelight-cli.jar" "$lib/"
    for library in "$cli"/lib/*.jar; do
        cp "$library" "$lib/lib/"
    done
    cp "$home"/agent/src/main/sh/*.sh "$lib/agent/sh/"
    cp "$home"/agent/src/main/py/*.py "$lib/agent/py/"
    chmod 755 "$lib"/agent/sh/*.sh
    cp "$source/sh/start.sh" "$source/sh/start-console.sh" "$lib/"
    cp "$source/sh/service" "$lib/"
    cp "$source/sh/unit-runner.sh" "$lib/agent/sh/"
    chmod 755 "$lib/service" "$lib/agent/sh/unit-runner.sh"
    cp "$source/sh/limelight" "$1/bin/limelight"
    chmod 755 "$1/bin/limelight"
    foreign "$lib/lib"
}

# console PREFIX: what the console has beyond what every program has. Its jar and libraries lie beside theirs.
console() {
    lib=$1/lib/limelight
    mkdir -p "$lib/lib" "$lib/desktop"
    link "$desktop_modules" "$lib/desktop/runtime"
    cp "$desktop/limelight-desktop.jar" "$lib/"
    for library in "$desktop"/lib/*.jar; do
        name=${library##*/}
        case $name in
        limelight-cli-*.jar) ln -s ../limelight-cli.jar "$lib/lib/$name" ;;
        # Without a system's name in it there is nothing in a jar of JavaFX.
        javafx-*[0-9].jar) ;;
        *) [ -f "$cli/lib/$name" ] || cp "$library" "$lib/lib/" ;;
        esac
    done
    # JavaFX looks for its native code beside its jars before it unpacks any into a home directory.
    for library in "$lib"/lib/javafx-graphics-*-linux*.jar; do
        [ -f "$library" ] || continue
        natives "$library" "$lib/lib"
    done
}

# natives JAR FOLDER: its native code as files; the libraries that nothing here shows (sound, the old GTK) are not in it.
natives() {
    (cd "$2" && "$jdk/bin/jar" --extract --file "$1" $("$jdk/bin/jar" --list --file "$1" | grep -E '^lib[a-z0-9_]+\.so$'))
    if command -v strip >/dev/null 2>&1; then
        strip --strip-unneeded "$2"/lib*.so
    fi
    chmod 644 "$2"/lib*.so
    "$jdk/bin/java" "$source/sh/StripNative.java" "$1" 'nothing at all' || die "the native code could not be taken out of $1."
}

# foreign DIR: native libraries of other systems and processors go; they are half of the size.
foreign() {
    case $(uname -s)/$machine in
    Darwin/amd64) keep='darwin/x86_64|Mac/x86_64' ;;
    Darwin/arm64) keep='darwin/aarch64|Mac/aarch64' ;;
    */amd64) keep='linux/amd64|Linux/x86_64' ;;
    */arm64) keep='linux/aarch64|Linux/aarch64' ;;
    esac
    for library in "$1"/zstd-jni-*.jar "$1"/sqlite-jdbc-*.jar; do
        [ -f "$library" ] || continue
        "$jdk/bin/java" "$source/sh/StripNative.java" "$library" "$keep" ||
            die "the native libraries of other systems could not be taken out of $library."
    done
}

# documents PREFIX PACKAGE
documents() {
    mkdir -p "$1/share/doc/$2"
    cp "$source/deb/copyright" "$1/share/doc/$2/"
    gzip -9nc "$home/CHANGELOG.md" >"$1/share/doc/$2/NEWS.md.gz"
    case $2 in
    limelight-common) bill "$1/lib/limelight" limelight >"$1/share/doc/$2/limelight.cdx.json" ;;
    limelight-console) bill "$1/lib/limelight" limelight-console >"$1/share/doc/$2/limelight-console.cdx.json" ;;
    esac
}

# bill FOLDER NAME: what is in it, as CycloneDX.
bill() {
    "$jdk/bin/java" "$source/sh/BillOfMaterials.java" "$1" "$2" "$version" "$SOURCE_DATE_EPOCH" ||
        die "the bill of materials of $2 could not be written."
}

# manuals FOLDER: a page a program, from what it says of its options.
manuals() {
    mkdir -p "$1"
    gzip -9nc "$source/man/limelight.1" >"$1/limelight.1.gz"
    for program in registrar verifier agent tenant ca policy config verify demo; do
        "$jdk/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "$cli/limelight-cli.jar" "$program" --help \
            >"$work/help" 2>/dev/null </dev/null || continue
        {
            printf '.TH LIMELIGHT-%s 1 "" "Limelight" "Limelight"\n.SH NAME\nlimelight\\-%s \\- %s\n' \
                "$(printf '%s' "$program" | tr '[:lower:]' '[:upper:]')" "$program" "$(about "$program")"
            printf '.SH USAGE\n.nf\n'
            sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^\\([.']\\)/\\\\\\&\\1/" "$work/help"
            printf '.fi\n.SH SEE ALSO\n.BR limelight (1)\n'
        } | gzip -9n >"$1/limelight-$program.1.gz"
    done
}
about() {
    case $1 in
    registrar) echo "keeps who machines are" ;;
    verifier) echo "asks machines for evidence and judges it" ;;
    agent) echo "runs on the machine that proves itself" ;;
    tenant) echo "what an administrator does to machines" ;;
    ca) echo "certificate authority of machines" ;;
    policy) echo "makes, signs and compares policies" ;;
    config) echo "shows and checks configuration" ;;
    verify) echo "judges evidence that lies in files" ;;
    demo) echo "machines with software TPMs on this computer" ;;
    esac
}

settle() {
    find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# stage: the trees of all packages, WORK/NAME/usr each.
stage() {
    tree=$work/limelight-common/usr
    link_services
    common "$tree"
    mkdir -p "$tree/share/bash-completion/completions"
    "$jdk/bin/java" -XX:+UseSerialGC -jar "$cli/limelight-cli.jar" completion bash \
        >"$tree/share/bash-completion/completions/limelight" 2>/dev/null ||
        rm -f "$tree/share/bash-completion/completions/limelight"
    manuals "$tree/share/man/man1"

    tree=$work/limelight-services/usr
    mkdir -p "$tree/lib/systemd/system" "$tree/lib/systemd/system-generators" "$tree/lib/sysusers.d" "$tree/lib/tmpfiles.d" \
        "$tree/share/doc/limelight-services"
    cp "$source"/systemd/*.service "$tree/lib/systemd/system/"
    cp "$source/systemd/limelight-generator" "$tree/lib/systemd/system-generators/limelight"
    chmod 755 "$tree/lib/systemd/system-generators/limelight"
    cp "$source/sysusers/limelight.conf" "$tree/lib/sysusers.d/"
    cp "$source/tmpfiles/limelight.conf" "$tree/lib/tmpfiles.d/"
    cp "$home/docs/grafana-dashboard.json" "$tree/share/doc/limelight-services/"

    tree=$work/limelight-console/usr
    console "$tree"
    mkdir -p "$tree/share/applications" "$tree/share/metainfo" "$tree/share/mime/packages" "$tree/share/man/man1"
    cp "$source/console/io.limelight.Console.desktop" "$tree/share/applications/"
    sed -e "s/@VERSION@/$version/" -e "s/@DATE@/$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)/" \
        "$source/console/io.limelight.Console.metainfo.xml" >"$tree/share/metainfo/io.limelight.Console.metainfo.xml"
    cp "$source/console/limelight.xml" "$tree/share/mime/packages/"
    gzip -9nc "$source/man/limelight-console.1" >"$tree/share/man/man1/limelight-console.1.gz"
    for size in 16 24 32 48 64 128 256 512; do
        hicolor=$tree/share/icons/hicolor/${size}x$size
        mkdir -p "$hicolor/apps" "$hicolor/mimetypes"
        cp "$icons/limelight-$size.png" "$hicolor/apps/io.limelight.Console.png"
        for document in payload policy ca; do
            cp "$icons/document-$document-$size.png" "$hicolor/mimetypes/io.limelight.$document.png"
        done
    done
    mkdir -p "$tree/share/icons/hicolor/scalable/apps"
    cp "$icons/limelight.svg" "$tree/share/icons/hicolor/scalable/apps/io.limelight.Console.svg"

    tree=$work/limelight-keylime-compat/usr
    mkdir -p "$tree/bin" "$tree/share/man/man1"
    for pair in keylime_tenant:tenant keylime_ca:ca keylime_verifier:verifier keylime_registrar:registrar \
        keylime_agent:agent keylime-policy:policy; do
        sed "s/@PROGRAM@/${pair#*:}/" "$source/compat/command" >"$tree/bin/${pair%%:*}"
        chmod 755 "$tree/bin/${pair%%:*}"
        ln -s "limelight-${pair#*:}.1.gz" "$tree/share/man/man1/${pair%%:*}.1.gz"
    done
    for package in $packages; do
        documents "$work/$package/usr" "$package"
    done
}
