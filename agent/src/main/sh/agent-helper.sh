#!/bin/sh
# Starts the agent as another user and stays root beside it, for the three acts that need root.
#
#   agent-helper.sh PLAN COMMAND...
#
#   PLAN     text of "limelight agent --launch-plan": who, where, which script
#   COMMAND  the agent
#
# The agent gets three open files: a pipe to this helper, the IMA list and the boot log. On the pipe the helper
# understands three lines:
#
#   start ID   run the payload script, recorded as the agent's user, by payload-runner.sh; ID is the machine's agent id
#   action ID RUN KIND PLACE NAME
#              run a revocation action by action-runner.sh: RUN is the number of the folder for its course in
#              secure/.limelight/actions, KIND module or program, PLACE payload or installed, NAME a plain file name
#   wipe       remove secure/.unzipped.old with what scripts have left in it
#
# and nothing in them but the id, the number and the plain name, which are checked, is the sender's. Signals go to the agent; the helper ends with it and
# with its exit status. If the helper is killed the agent is told to stop.
set -u
umask 077

say() { printf '%s\n' "limelight agent: $*" >&2; }
die() {
    say "$*"
    exit 1
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 1
# Texts, as when an agent starts them itself: no file of them is read again that somebody could have changed meanwhile.
runner=$(cat "$here/run-recorder.sh" "$here/payload-runner.sh") || exit 1
action_runner=$(cat "$here/run-recorder.sh" "$here/action-runner.sh") || exit 1
shim=$(cat "$here/../py/action-shim.py") || exit 1
keep=32768

plan=$1
shift

# --- the plan -----------------------------------------------------------------------------------------------------

user= user_id= user_home= user_setpriv=
script_user=root script_user_home=/root script_user_setpriv=
action_user=root action_user_home=/root action_user_setpriv=
actions= python=python3 action_seconds=60
secure= script= seconds=0 ima= boot=
while IFS= read -r line; do
    value=${line#* }
    case $line in
    'user '*) user=$value ;;
    'user_id '*) user_id=$value ;;
    'user_home '*) user_home=$value ;;
    'user_setpriv '*) user_setpriv=$value ;;
    'script_user '*) script_user=$value ;;
    'script_user_home '*) script_user_home=$value ;;
    'script_user_setpriv '*) script_user_setpriv=$value ;;
    'action_user '*) action_user=$value ;;
    'action_user_home '*) action_user_home=$value ;;
    'action_user_setpriv '*) action_user_setpriv=$value ;;
    'actions '*) actions=$value ;;
    'python '*) python=$value ;;
    'action_seconds '*) action_seconds=$value ;;
    'secure '*) secure=$value ;;
    'script '*) script=$value ;;
    'seconds '*) seconds=$value ;;
    'ima '*) ima=$value ;;
    'boot '*) boot=$value ;;
    esac
done <<PLAN
$plan
PLAN
[ -n "$user_setpriv" ] && [ -n "$secure" ] || die "the launch plan is not complete"
command -v setpriv >/dev/null 2>&1 || die "setpriv (util-linux) is needed to start the agent as $user; or set run_as = \"\""

# shellcheck disable=SC2086,SC2016 # a command with its options; expanded by the inner shell
$user_setpriv sh -c 'test -x "$1" && test -r "$2"' test "$1" "${LIMELIGHT_HOME:-/}" ||
    die "$user may not read $1 or ${LIMELIGHT_HOME:-/}; put the programs where everybody can read them, or set run_as = \"\""

# --- the pipe -----------------------------------------------------------------------------------------------------

# A pipe without a name: what is opened here is removed before anybody else could open it.
folder=$(mktemp -d) || exit 1
mkfifo -m 0600 "$folder/requests" || die "no pipe can be made in $folder"
exec 3<&0
exec 4<>"$folder/requests"
exec 5>"$folder/requests" 6<"$folder/requests" 4>&-
rm -rf "$folder"

inherited=requests=5
if [ -n "$ima" ] && [ -r "$ima" ]; then
    exec 7<"$ima"
    inherited=$inherited,ima=7
fi
if [ -n "$boot" ] && [ -r "$boot" ]; then
    exec 8<"$boot"
    inherited=$inherited,boot=8
fi

# --- the three requests ---------------------------------------------------------------------------------------------

# apart COMMAND...: in a session of its own; where a unit of systemd has started this, in a unit of its own (the name is in
# LIMELIGHT_RUNNER), since the agent's unit may do less than scripts need, and ends with the agent.
requests_made=0
apart() {
    if [ -z "${LIMELIGHT_RUNNER-}" ]; then
        setsid "$@" </dev/null >/dev/null 2>&1 &
        return
    fi
    requests_made=$((requests_made + 1))
    request=$(date +%s)-$$-$requests_made
    # shellcheck disable=SC2016 # expanded by the inner shell
    printf '%s\0' sh -c 'cd -- "$1" && shift && exec "$@" </dev/null >/dev/null 2>&1' run "$PWD" "$@" >"/run/limelight/$request" &&
        systemctl start --no-block "$LIMELIGHT_RUNNER$request.service" || {
        rm -f "/run/limelight/$request"
        say "$LIMELIGHT_RUNNER$request.service could not be started, so nothing was run; look at: systemctl status limelight-agent"
        return 1
    }
}

start_script() {
    # shellcheck disable=SC2086 # no variable is a list here but the optional three
    apart env -i \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin SHELL=/bin/sh \
        HOME="$script_user_home" USER="$script_user" LOGNAME="$script_user" AGENT_UUID="$1" \
        ${LANG:+"LANG=$LANG"} ${LC_ALL:+"LC_ALL=$LC_ALL"} ${TZ:+"TZ=$TZ"} \
        sh -c "$runner" payload-runner.sh "$secure/.limelight/run" "$secure/unzipped" "$script" "$seconds" "$keep" \
        "$user_setpriv" "$script_user_setpriv"
}

start_action() {
    case $1 in
    '' | *[!A-Za-z0-9._-]*) return 1 ;;
    esac
    case $2 in
    [0-9] | [0-9][0-9] | [0-9][0-9][0-9]) ;;
    *) return 1 ;;
    esac
    case $3 in
    module | program) ;;
    *) return 1 ;;
    esac
    case $4 in
    payload) folder=$secure/unzipped ;;
    installed) folder=$actions ;;
    *) return 1 ;;
    esac
    case $5 in
    '' | [.-]* | *[!A-Za-z0-9_.-]*) return 1 ;;
    esac
    [ ${#1} -le 80 ] && [ ${#5} -le 210 ] && [ -n "$folder" ] || return 1
    work=${secure%/*}
    apart env -i \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin SHELL=/bin/sh \
        HOME="$action_user_home" USER="$action_user" LOGNAME="$action_user" AGENT_UUID="$1" KEYLIME_DIR="$work" \
        ${LANG:+"LANG=$LANG"} ${LC_ALL:+"LC_ALL=$LC_ALL"} ${TZ:+"TZ=$TZ"} \
        sh -c "$action_runner" action-runner.sh "$secure/.limelight/actions/$2" "$folder" "$5" "$3" "$work/.tmp-revocation.json" "$work" \
        "$action_seconds" "$keep" "$user_setpriv" "$action_user_setpriv" "$python" "$shim"
}

serve() {
    # From here on every name is relative to the area, whatever happens to the path that leads to it.
    cd -- "$secure" || exit 1
    while IFS=' ' read -r word id rest; do
        case $word/$rest in
        action/*)
            set -f
            # shellcheck disable=SC2086 # words
            set -- "$id" $rest
            set +f
            [ $# = 5 ] && start_action "$@" || say "a request to start an action was refused"
            ;;
        start/)
            case $id in
            '' | *[!A-Za-z0-9._-]*) say "a request with an id that is none was refused" ;;
            *)
                if [ -n "$script" ] && [ ${#id} -le 80 ]; then
                    start_script "$id"
                else
                    say "a request to start a script was refused: payload_script is empty, or the id is too long"
                fi
                ;;
            esac
            ;;
        wipe/)
            [ -z "$id" ] || continue
            rm -rf --one-file-system -- ./.unzipped.old || say "$secure/.unzipped.old could not be removed"
            ;;
        *) say "a request that is none was refused" ;;
        esac
    done
}

(
    # By exec, which keeps no copy: with one of the writing end open it would never see that the agent is gone.
    exec <&6 3<&- 5>&- 6<&- 7<&- 8<&-
    serve
) &
exec 6<&-

# --- the agent ----------------------------------------------------------------------------------------------------

jvm=
forward() { [ -z "$jvm" ] || kill -TERM "$jvm" 2>/dev/null; }
trap forward TERM INT HUP

# shellcheck disable=SC2086 # a command with its options
HOME=$user_home USER=$user LOGNAME=$user LIMELIGHT_INHERITED=$inherited \
    $user_setpriv --no-new-privs --pdeathsig=TERM "$@" <&3 3<&- &
jvm=$!
exec 3<&- 5>&- 7<&- 8<&-

# A signal ends a wait early; only when the agent is gone is its status its own.
while :; do
    wait "$jvm"
    status=$?
    kill -0 "$jvm" 2>/dev/null || exit "$status"
done
