#!/bin/sh
# Runs a payload script so that neither its life nor the knowledge of its end depends on the agent's.
#
#   payload-runner.sh RUN UNZIPPED SCRIPT SECONDS KEEP RECORD_AS SCRIPT_AS
#
#   RUN        folder for what is known about this run; made empty by the agent
#   UNZIPPED   the unpacked payload: working directory of the script
#   SCRIPT     its name in there
#   SECONDS    most time it may take; 0 = no limit
#   KEEP       bytes of output that are kept from its beginning, and as many from its end
#   RECORD_AS  words in front of commands that write into RUN: setpriv with its options, or nothing
#   SCRIPT_AS  the same in front of the script
#
# A shell reads it after run-recorder.sh, which says what appears in RUN.
#
# The environment is what the caller gives; standard input is empty.
set -u
umask 077

run=$1
unzipped=$2
script=$3
seconds=$4
keep=$5
record_as=$6
script_as=$7

if [ "$seconds" -gt 0 ]; then
    limit="timeout -k 10 $seconds"
else
    limit=
fi

run_script() {
    cd "$unzipped" || return 126
    unset OLDPWD
    # Somebody else may reach this folder and not the way to it (a work directory is its owner's alone): for them the
    # script's name starts here.
    file=$unzipped/$script
    [ -z "$script_as" ] || file=./$script
    # As Keylime does: by a shell, so that a script without an interpreter line is a shell script.
    # shellcheck disable=SC2016,SC2086 # prefixes are lists of words
    $script_as $limit sh -c '"$0"' "$file"
}

recorded "$run" "$keep" "$record_as" run_script
