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
# In RUN appear, in this order: "started" (a folder; whoever makes it runs the script, so two runners start it once),
# "recorder" (a link whose text is the id and start time of the process that waits for the end), "exit" (a link whose
# text is the exit status, 128 + the signal if one ended it), "output" and "output.end". Links, since their text needs no
# room: a script that has filled the secure area is recorded all the same.
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

# shellcheck disable=SC2016 # expanded by the inner shell
recorder='
    read -r stat </proc/self/stat
    pid=${stat%% *}
    set -- "$1" ${stat##*) }
    ln -s "$pid ${21}" "$1/recorder"
    read -r status || status=lost
    ln -s "$status" "$1/exit"
'
# The last command reads on even when there is no room to keep anything: a script must never block on its output.
# shellcheck disable=SC2016
keeper='
    head -c "$2" >"$1/output"
    tail -c "$2" >"$1/output.end"
    cat >/dev/null
'

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

# shellcheck disable=SC2086
$record_as mkdir "$run/started" 2>/dev/null || exit 1

# The script writes to pipe 4, its status goes down the inner pipe. A process that it leaves behind may keep pipe 4
# open; the status is recorded when the script itself ends.
# shellcheck disable=SC2086
{
    {
        run_script </dev/null >&4 2>&4 4>&-
        echo "$?"
    } | $record_as sh -c "$recorder" recorder "$run" >/dev/null 2>&1 4>&-
} 4>&1 | $record_as sh -c "$keeper" keeper "$run" "$keep" >/dev/null 2>&1
