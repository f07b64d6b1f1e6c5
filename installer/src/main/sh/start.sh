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
registrar | verifier | bench | demo) tuning='-XX:+UseSerialGC' ;;
agent) tuning='-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss512k -Xmx96m' ;;
*) tuning='-XX:+UseSerialGC -XX:TieredStopAtLevel=1' ;;
esac

# What limelight rehearse has learned, unless a build came after it; else the classes as the build has laid them out. Where
# they do not fit (another Java), the JVM goes without and need not say so; what else it says goes where scripts do not read.
learned=
if [ -n "$(find "$caches/$program.aot" -newer "$jar" 2>/dev/null)" ]; then
    learned=-XX:AOTCache=$caches/$program.aot
elif [ -f "$classes" ]; then
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
