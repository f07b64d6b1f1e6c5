# The part that payload-runner.sh and action-runner.sh share: they are read by a shell together with this, which comes first.
#
# In the folder of a run appear, in this order: "started" (a folder; whoever makes it does the run, so two runners do it
# once), "recorder" (a link whose text is the id and start time of the process that waits for the end), "exit" (a link
# whose text is the exit status, 128 + the signal if one ended it), "output" and "output.end", "kept" (a link) once all
# output has been read. Links, since their text needs no room: a run that has filled the secure area is recorded all the
# same.

# shellcheck disable=SC2016 # expanded by the inner shell
recorder='
    read -r stat </proc/self/stat
    pid=${stat%% *}
    set -- "$1" ${stat##*) }
    ln -s "$pid ${21}" "$1/recorder"
    read -r status || status=lost
    ln -s "$status" "$1/exit"
'
# The last commands read on even when there is no room to keep anything: nobody may ever block on its output.
# shellcheck disable=SC2016
keeper='
    head -c "$2" >"$1/output"
    tail -c "$2" >"$1/output.end"
    cat >/dev/null
    ln -s all "$1/kept"
'

# recorded RUN KEEP RECORD_AS FUNCTION: calls the function and records in RUN how that goes.
#
#   RUN        the folder; made empty by the agent
#   KEEP       bytes of output that are kept from its beginning, and as many from its end
#   RECORD_AS  words in front of commands that write into RUN: setpriv with its options, or nothing
#
# What the function starts writes to pipe 4, its status goes down the inner pipe. A process that it leaves behind may
# keep pipe 4 open; the status is recorded when the function itself ends.
# shellcheck disable=SC2086 # RECORD_AS is a list of words
recorded() {
    $3 mkdir "$1/started" 2>/dev/null || exit 1
    {
        {
            "$4" </dev/null >&4 2>&4 4>&-
            echo "$?"
        } | $3 sh -c "$recorder" recorder "$1" >/dev/null 2>&1 4>&-
    } 4>&1 | $3 sh -c "$keeper" keeper "$1" "$2" >/dev/null 2>&1
}
