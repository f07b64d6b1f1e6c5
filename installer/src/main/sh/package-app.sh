# The console as an application that runs where it is unpacked, and macOS's packages: read by package.sh.

# application app-image|dmg|pkg
application() {
    say "the console as $1, by jpackage"
    link "$desktop_modules" "$work/java"
    mkdir -p "$work/input/lib" "$out"
    cp "$desktop/limelight-desktop.jar" "$cli/limelight-cli.jar" "$work/input/"
    cp "$desktop"/lib/*.jar "$work/input/lib/"
    # The sandbox starts programs by the same jar.
    for library in "$cli"/lib/*.jar; do
        cp "$library" "$work/input/lib/"
    done
    foreign "$work/input/lib"
    case $(uname -s) in
    Darwin) icon=limelight.icns plain=$(printf '%s' "$version" | sed -e 's/~.*//' -e 's/^0\./1./') ;;
    *) icon=limelight-512.png plain=$(printf '%s' "$version" | sed 's/~.*//') ;;
    esac
    set -- "$1" --resource-dir "$source/jpackage/resources"
    if [ "$(uname -s)" = Darwin ]; then
        set -- "$@" "@$source/jpackage/macos.args" --mac-entitlements "$source/jpackage/macos.entitlements"
    fi
    kind=$1
    shift
    "$jdk/bin/jpackage" --type "$kind" --name Limelight --app-version "$plain" --dest "$work/app" \
        --input "$work/input" --main-jar limelight-desktop.jar --main-class io.limelight.console.Launcher \
        --runtime-image "$work/java" --icon "$icons/$icon" "@$source/jpackage/common.args" "$@" >"$work/jpackage.log" 2>&1 || {
        tail -n 20 "$work/jpackage.log" >&2
        die "jpackage failed."
    }
    if [ "$kind" != app-image ]; then
        mv "$work"/app/*."$kind" "$out/"
        say "made in $out"
        return
    fi
    mkdir -p "$work/app/Limelight/share/doc"
    cp "$source/deb/copyright" "$work/app/Limelight/share/doc/"
    bill "$work/app/Limelight/lib/app" limelight-console >"$work/app/Limelight/share/doc/limelight-console.cdx.json"
    settle "$work/app"
    name=limelight-console-$(printf '%s' "$version" | tr '~' '-')-linux-$machine
    tar --sort=name --owner=0 --group=0 --numeric-owner -C "$work/app" -cf - Limelight | xz -T0 -6 >"$work/$name.tar.xz"
    mv "$work/$name.tar.xz" "$out/"
    say "$out/$name.tar.xz"
}
