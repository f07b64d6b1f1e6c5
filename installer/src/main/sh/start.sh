# Starts a program of the command line: read by the launcher of a checkout and by /usr/bin/limelight, so that both start alike.
#
#   java      the JVM
#   jar       limelight-cli.jar, its libraries beside it in lib/
#   classes   archive of laid-out classes; need not be there
#   caches    folder of ahead-of-time caches; need not be there
#   scripts   folder of agent-helper.sh
#   program   which; "$@" are its arguments, the program first

common='-XX:+UseCompactObjectHeaders'

# Programs that live for seconds start fastest without the optimising compiler; services keep it.
case $program in
registrar | verifier)
    # A heap begins small and gives back what it does not need: of a computer's memory the JVM would take a 64th to begin with.
    tuning='-XX:+UseSerialGC -Xms24m -XX:MinHeapFreeRatio=15 -XX:MaxHeapFreeRatio=30'
    ;;
bench | demo) tuning='-XX:+UseSerialGC' ;;
agent)
    tuning='-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss512k -Xms8m -Xmx96m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:ReservedCodeCacheSize=24m'
    export MALLOC_ARENA_MAX=1
    # The archive has the classes of every program, and all of it would be resident: 47 MB for a program that starts once.
    classes=
    ;;
# Where laid-out classes are mapped at the address they were made for, no page of them has to be written at a start.
*) tuning='-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0' ;;
esac

# What limelight rehearse has learned, unless a build came after it; else the classes as the build has laid them out. Where
# they do not fit (another Java), the JVM goes without and need not say so; what else it says goes where scripts do not read.
learned=
if [ -n "$(find "$caches/$program.aot" -newer "$jar" 2>/dev/null)" ]; then
    learned=-XX:AOTCache=$caches/$program.aot
elif [ -n "$classes" ] && [ -f "$classes" ]; then
    learned=-XX:SharedArchiveFile=$classes
fi
case $learned in
'' | *[[:space:]]*) ;;
*) common="$common $learned -Xlog:disable -Xlog:all=error,aot*=off,cds*=off:stderr" ;;
esac

# An agent that root starts with run_as never is root: a first, short run reads the configuration and does what only root
# can (mount the secure area), then a small helper starts the agent as that user and keeps the two acts that need root.
if [ "$program" = agent ] && [ "$(id -u)" = 0 ]; then
    plan=direct
    case " $* " in
    *' -h '* | *' --help '*) ;;
    *)
        shift
        # shellcheck disable=SC2086 # options are a list
        plan=$("$java" $tuning $common -jar "$jar" agent --launch-plan "$@" </dev/null) || exit $?
        set -- agent "$@"
        ;;
    esac
    case $plan in
    helper*)
        # shellcheck disable=SC2086 # options are a list
        exec sh "$scripts/agent-helper.sh" "$plan" \
            "$java" $tuning $common ${LIMELIGHT_JAVA_OPTIONS-} -jar "$jar" "$@"
        ;;
    esac
fi

# shellcheck disable=SC2086 # options are a list
exec "$java" $tuning $common ${LIMELIGHT_JAVA_OPTIONS-} -jar "$jar" "$@"
