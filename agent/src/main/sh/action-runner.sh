#!/bin/sh
# Runs one revocation action, so that neither its life nor the knowledge of its end depends on the agent's.
#
#   action-runner.sh RUN FOLDER NAME KIND EVENT WORK SECONDS KEEP RECORD_AS ACTION_AS PYTHON SHIM
#
#   RUN        folder for what is known about this run; made empty by the agent
#   FOLDER     where the action is
#   NAME       its file name in there
#   KIND       "program": started with the event's path; "module": a Python module with execute(event)
#   EVENT      the JSON file
#   WORK       the agent's work directory, in which actions run
#   SECONDS    most time it may take
#   KEEP       bytes of output that are kept from its beginning, and as many from its end
#   RECORD_AS  words in front of commands that write into RUN: setpriv with its options, or nothing
#   ACTION_AS  the same in front of the action
#   PYTHON     the interpreter
#   SHIM       the text that runs a module
#
# A shell reads it after run-recorder.sh, which says what appears in RUN.
#
# At the end of its time the action's whole process group is ended. What it leaves behind when it ends by itself goes on.
set -u
umask 077

run=$1
folder=$2
name=$3
kind=$4
event=$5
work=$6
seconds=$7
keep=$8
record_as=$9
shift 9
action_as=$1
python=$2
shim=$3

# shellcheck disable=SC2086 # prefixes are lists of words
run_action() {
    file=$folder/$name
    copy=
    if [ -z "$action_as" ] || $action_as test -r "$event"; then
        cd "$work" || return 126
    else
        # Somebody else reaches neither the work directory nor, by its full name, what is in it.
        cd "$folder" || return 126
        file=./$name
        copy=$($action_as mktemp) || return 126
        # shellcheck disable=SC2016
        $action_as sh -c 'cat >"$1"' copy "$copy" <"$event" || return 126
        event=$copy
    fi
    unset OLDPWD
    # A process group of its own (timeout makes it), whose id is the number of this job.
    case $kind in
    module)
        timeout -k 5 "$seconds" $action_as "$python" -I -B -c "$shim" "${name%.py}" "$file" "$event" "$work" \
            3<"$folder/$name" </dev/null &
        ;;
    *) timeout -k 5 "$seconds" $action_as "$file" "$event" </dev/null & ;;
    esac
    group=$!
    wait "$group"
    status=$?
    case $status in
    124 | 137) kill -s KILL -- "-$group" 2>/dev/null ;;
    esac
    [ -z "$copy" ] || $action_as rm -f -- "$copy"
    return "$status"
}

recorded "$run" "$keep" "$record_as" run_action
