#!/bin/sh
# limelight-runner@.service: runs one script or action that the agent's root helper has asked for, apart from the agent's unit and
# its limits. The request is the words of a command, each ended by a zero byte, in a file that only root can write.
set -eu
request=/run/limelight/$1
[ -f "$request" ] && [ ! -L "$request" ] && [ "$(stat -c %u:%a "$request")" = 0:600 ] || {
    printf '%s\n' "limelight: there is no request $1 of the agent; this unit is started by it and not by hand." >&2
    exit 78
}
exec 9<"$request"
rm -f "$request"
exec xargs -0 -x -n 64 -a /dev/fd/9 sh -c 'exec "$@" 9<&-' runner </dev/null
