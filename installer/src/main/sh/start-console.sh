# Starts the console as a package installed it: read by /usr/bin/limelight. home is the folder of programs; "$@" the arguments.

if [ ! -f "$home/limelight-desktop.jar" ]; then
    printf '%s\n' "limelight: the console is not installed; it is the package limelight-console." >&2
    exit 1
fi
learned=$home/desktop/console.aot
run="$home/desktop/runtime/bin/java -XX:+UseCompactObjectHeaders -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED"

# What the JVM has to know of a start, taken from one without a screen. Made at installation with the very options of a start,
# since it is worth nothing with others; where that fails the console starts as ever.
if [ "${2-}" = --learn ]; then
    place=$(mktemp -d) || exit 1
    trap 'rm -rf "$place"' EXIT
    rm -f "$learned"
    printf 'list\n' >"$place/script"
    # shellcheck disable=SC2086 # options are a list
    HOME=$place XDG_DATA_HOME=$place XDG_CONFIG_HOME=$place XDG_CACHE_HOME=$place XDG_STATE_HOME=$place \
        timeout 300 $run "-XX:AOTCacheOutput=$place/console.aot" "-Duser.home=$place" "-Dlimelight.programs=$home/limelight-cli.jar" \
        -jar "$home/limelight-desktop.jar" harness --script "$place/script" >"$place/log" 2>&1 </dev/null || {
        cat "$place/log" >&2
        exit 1
    }
    mv "$place/console.aot" "$learned" && chmod 644 "$learned"
    exit
fi

if [ -f "$learned" ]; then
    run="$run -XX:AOTCache=$learned -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -Xlog:disable -Xlog:all=error,aot*=off,cds*=off:stderr"
fi
# shellcheck disable=SC2086 # options are a list
exec $run "-Dlimelight.programs=$home/limelight-cli.jar" ${LIMELIGHT_JAVA_OPTIONS-} -jar "$home/limelight-desktop.jar" "$@"
