#!/usr/bin/env python3
"""Revocation action: leaves a file about the revoked machine, for other programs to look at."""
import json
import os
import re
import sys
import tempfile
import time

AGENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}\Z")


def settings():
    try:
        with open(os.path.splitext(os.path.abspath(__file__))[0] + ".json", encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}
    except ValueError as problem:
        raise ValueError("the settings in " + file.name + " are no JSON: " + str(problem)) from problem


def execute(event):
    if event.get("type") != "revocation":
        return
    agent_id = event.get("agent_id")
    if not isinstance(agent_id, str) or not AGENT_ID.match(agent_id):
        raise ValueError("the notice names no machine")
    own = settings()
    folder = own.get("folder", "/run/keylime/revoked")
    content = {
        "agent_id": agent_id,
        "ip": event.get("ip"),
        "event_id": event.get("event_id"),
        "cert_serial": event.get("metadata", {}).get("cert_serial"),
        "revoked_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    target = os.path.join(folder, agent_id + ".json")
    if own.get("dry_run"):
        print("would write", target)
        return
    os.makedirs(folder, mode=0o755, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".flag-", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file)
            file.write("\n")
            os.fchmod(file.fileno(), 0o644)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
    print("wrote", target)


def main():
    """As a program: what is refused or fails is one sentence and exit status 1."""
    if len(sys.argv) != 2:
        sys.exit("usage: " + os.path.basename(sys.argv[0]) + " EVENT.json")
    try:
        with open(sys.argv[1], encoding="utf-8") as notice:
            event = json.load(notice)
    except (OSError, ValueError) as problem:
        sys.exit("there is no notice in " + sys.argv[1] + ": " + str(problem))
    try:
        execute(event)
    except (OSError, ValueError) as problem:
        sys.exit(str(problem) or type(problem).__name__)


if __name__ == "__main__":
    main()
