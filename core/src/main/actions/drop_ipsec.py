#!/usr/bin/env python3
"""Revocation action: ends IPsec connections whose peer shows the revoked machine's certificate.

strongSwan (swanctl) and libreswan (ipsec whack) are looked for; whichever is there is asked for its connections. A peer is the
machine if the common name of its identity is exactly the machine's. Run it after update_crl, or the connection comes back.
"""
import json
import os
import re
import shutil
import subprocess
import sys


def settings():
    try:
        with open(os.path.splitext(os.path.abspath(__file__))[0] + ".json", encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}
    except ValueError as problem:
        raise ValueError("the settings in " + file.name + " are no JSON: " + str(problem)) from problem


def common_names(identity):
    """Common names in a distinguished name as either program writes it: C=US, CN=x or /C=US/CN=x."""
    return [match.strip() for match in re.findall(r"(?:^|[,/])\s*CN\s*=\s*((?:\\.|[^,/\\])*)", identity)]


def said(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=20, check=True)
    return done.stdout.decode("utf-8", "replace")


def strongswan(program, name):
    """Commands that end the connections that swanctl --list-sas shows."""
    number, found = None, []
    for line in said([program, "--list-sas"]).splitlines():
        head = re.match(r"\S[^:]*: #([0-9]+), ", line)
        if head:
            number = head.group(1)
        peer = re.match(r"\s+remote\s+'(.*)' @ ", line)
        if peer and number and name in common_names(peer.group(1)):
            found.append([program, "--terminate", "--ike-id", number])
    return found


def libreswan(program, name):
    """Commands that end the connections that ipsec whack --trafficstatus shows."""
    found = []
    for line in said([program, "whack", "--trafficstatus"]).splitlines():
        peer = re.match(r"(?:[0-9]+ )?#([0-9]+): .*\bid='(.*?)'", line)
        if peer and name in common_names(peer.group(2)):
            found.append([program, "whack", "--deletestate", peer.group(1)])
    return found


def execute(event):
    if event.get("type") != "revocation":
        return
    name = event.get("metadata", {}).get("common_name") or event.get("agent_id")
    if not isinstance(name, str) or not re.match(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}\Z", name):
        raise ValueError("the notice names no machine")
    own = settings()
    commands, asked = [], False
    for program, connections in ((own.get("swanctl", "swanctl"), strongswan), (own.get("ipsec", "ipsec"), libreswan)):
        path = shutil.which(program)
        if path and not (connections is libreswan and asked):
            asked = True
            commands += connections(path, name)
    if not asked and own.get("dry_run"):
        print("would end nothing: neither strongSwan (swanctl) nor libreswan (ipsec) is on this machine")
        return
    if not asked:
        raise OSError("neither strongSwan (swanctl) nor libreswan (ipsec) is on this machine")
    for command in commands:
        if own.get("dry_run"):
            print("would run", *command)
        else:
            subprocess.run(command, stdin=subprocess.DEVNULL, timeout=20, check=True)
    print(len(commands), "connections of", name)


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
    except (OSError, ValueError, subprocess.SubprocessError) as problem:
        sys.exit(str(problem) or type(problem).__name__)


if __name__ == "__main__":
    main()
