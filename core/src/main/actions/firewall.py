#!/usr/bin/env python3
"""Revocation action: drops all traffic with the revoked machine's address, by nftables, for a time.

Only a literal address is dropped, and never one of: this machine, loopback, multicast; a gateway; a name server; the registrar;
the verifier. The agent does not know where its verifier is, so the settings have to say it.
"""
import ipaddress
import json
import os
import re
import socket
import struct
import subprocess
import sys

TABLE = "limelight_revoked"


def settings():
    try:
        with open(os.path.splitext(os.path.abspath(__file__))[0] + ".json", encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}
    except ValueError as problem:
        raise ValueError("the settings in " + file.name + " are no JSON: " + str(problem)) from problem


def lines(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()
    except OSError:
        return []


def plain(text):
    """An address; one of IPv4 that is written as IPv6 is the former."""
    address = ipaddress.ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address


def own_addresses():
    found, last = set(), None
    for line in lines("/proc/net/fib_trie"):
        match = re.search(r"\|-- ([0-9.]+)", line)
        if match:
            last = match.group(1)
        elif last and "host LOCAL" in line:
            found.add(plain(last))
    for line in lines("/proc/net/if_inet6"):
        found.add(ipaddress.IPv6Address(bytes.fromhex(line.split()[0])))
    return found


def gateways():
    found = set()
    for line in lines("/proc/net/route")[1:]:
        fields = line.split()
        if len(fields) > 2 and fields[2] != "00000000":
            found.add(ipaddress.IPv4Address(struct.pack("=I", int(fields[2], 16))))
    for line in lines("/proc/net/ipv6_route"):
        fields = line.split()
        if len(fields) > 4 and fields[4] != "0" * 32:
            found.add(ipaddress.IPv6Address(bytes.fromhex(fields[4])))
    return found


def name_servers():
    found = set()
    for path in ("/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"):
        for line in lines(path):
            fields = line.split()
            if len(fields) > 1 and fields[0] == "nameserver":
                try:
                    found.add(plain(fields[1].split("%")[0]))
                except ValueError:
                    continue
    return found


def from_agent_conf(option):
    found = []
    files = ["/etc/keylime/agent.conf"]
    try:
        files += sorted(entry.path for entry in os.scandir("/etc/keylime/agent.conf.d"))
    except OSError:
        pass
    for path in files:
        for line in lines(path):
            match = re.match(r"\s*" + option + r"\s*=\s*[\"']?([^\"'#\s]+)", line)
            if match:
                found.append(match.group(1))
    return found[-1:]


def resolved(names, purpose):
    found = set()
    for name in [names] if isinstance(names, str) else names or []:
        try:
            found.update(plain(entry[4][0].split("%")[0]) for entry in socket.getaddrinfo(name, None))
        except OSError as problem:
            raise ValueError("nothing is dropped: the " + purpose + " " + name + " cannot be looked up") from problem
    return found


def protected(own):
    """Addresses that stay reachable, with the reason."""
    if not own.get("verifier"):
        raise ValueError("nothing is dropped: the settings do not say where the verifier is (\"verifier\" in firewall.json)")
    groups = (
        ("this machine", own_addresses()),
        ("a gateway", gateways()),
        ("a name server", name_servers()),
        ("the verifier", resolved(own["verifier"], "verifier")),
        ("the registrar", resolved(own.get("registrar") or from_agent_conf("registrar_ip"), "registrar")),
        ("a publisher of notices", resolved(from_agent_conf("revocation_notification_ip"), "publisher")),
        ("an address that is never dropped", resolved(own.get("never"), "host")),
    )
    return {address: reason for reason, addresses in groups for address in addresses}


def rules(address, hours):
    family, kind = ("ip", "ipv4_addr") if address.version == 4 else ("ip6", "ipv6_addr")
    place = "inet " + TABLE
    name = "revoked" + str(address.version)
    return "\n".join(
        [
            "add table " + place,
            "add set " + place + " " + name + " { type " + kind + "; flags timeout; }",
            "add chain " + place + " in" + name + " { type filter hook input priority -10; }",
            "add chain " + place + " out" + name + " { type filter hook output priority -10; }",
            "add chain " + place + " via" + name + " { type filter hook forward priority -10; }",
            "flush chain " + place + " in" + name,
            "flush chain " + place + " out" + name,
            "flush chain " + place + " via" + name,
            "add rule " + place + " in" + name + " " + family + " saddr @" + name + " drop",
            "add rule " + place + " out" + name + " " + family + " daddr @" + name + " drop",
            "add rule " + place + " via" + name + " " + family + " saddr @" + name + " drop",
            "add rule " + place + " via" + name + " " + family + " daddr @" + name + " drop",
            "add element " + place + " " + name + " { " + str(address) + " timeout " + str(hours) + "h }",
            "",
        ]
    )


def execute(event):
    if event.get("type") != "revocation":
        return
    text = event.get("ip")
    if not isinstance(text, str) or "%" in text or "/" in text:
        raise ValueError("nothing is dropped: the notice gives no address")
    try:
        address = plain(text)
    except ValueError as problem:
        raise ValueError("nothing is dropped: the notice gives a name instead of an address") from problem
    if address.is_loopback or address.is_unspecified or address.is_multicast or address.is_link_local:
        raise ValueError("nothing is dropped: " + str(address) + " is no machine's own address")
    own = settings()
    reason = protected(own).get(address)
    if reason:
        raise ValueError("nothing is dropped: " + str(address) + " is " + reason)
    hours = int(own.get("hours", 24))
    if not 1 <= hours <= 24 * 365:
        raise ValueError("nothing is dropped: hours has to be from 1 to 8760")
    script = rules(address, hours)
    if own.get("dry_run"):
        print(script, end="")
        return
    program = own.get("nft", "nft")
    try:
        done = subprocess.run([program, "-f", "-"], input=script.encode("ascii"), check=False)
    except FileNotFoundError as problem:
        raise OSError("nothing is dropped: there is no " + program + " on this machine; install nftables") from problem
    if done.returncode:
        raise OSError("nothing is dropped: " + program + " ended with status " + str(done.returncode))
    print("dropped", address, "for", hours, "hours")


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
