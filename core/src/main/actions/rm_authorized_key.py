#!/usr/bin/env python3
"""Revocation action: takes the revoked machine's SSH key out of authorized_keys.

A line belongs to a machine if one of its words is keylime:<agent id>, normally the comment at its end. The file is replaced as
a whole; owner and mode stay. Links are not followed: the folders belong to users, and this may be root.
"""
import json
import os
import pwd
import re
import stat
import sys

AGENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}\Z")
LARGEST = 8 << 20


def settings():
    try:
        with open(os.path.splitext(os.path.abspath(__file__))[0] + ".json", encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}
    except ValueError as problem:
        raise ValueError("the settings in " + file.name + " are no JSON: " + str(problem)) from problem


def everybodys():
    homes = {entry.pw_dir for entry in pwd.getpwall() if entry.pw_dir.startswith("/") and len(entry.pw_dir) > 1}
    return [os.path.join(home, ".ssh", "authorized_keys") for home in sorted(homes)]


def kept_lines(content, mark):
    """The lines without those of the machine, and how many those are."""
    lines = content.splitlines(True)
    kept = [line for line in lines if line.lstrip().startswith(b"#") or mark not in line.split()]
    return kept, len(lines) - len(kept)


def clean(path, mark, dry_run):
    try:
        folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return 0
    name = os.path.basename(path)
    try:
        try:
            handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        except FileNotFoundError:
            return 0
        with os.fdopen(handle, "rb") as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode) or state.st_nlink > 1:
                raise OSError(path + " is no plain file")
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise OSError(path + " is too large")
        kept, removed = kept_lines(content, mark)
        if not removed or dry_run:
            return removed
        temporary = "." + name + ".keylime-" + str(os.getpid())
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(b"".join(kept))
                if os.geteuid() == 0:
                    os.fchown(file.fileno(), state.st_uid, state.st_gid)
                os.fchmod(file.fileno(), stat.S_IMODE(state.st_mode))
                file.flush()
                os.fsync(file.fileno())
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            os.unlink(temporary, dir_fd=folder)
            raise
        os.fsync(folder)
        return removed
    finally:
        os.close(folder)


def execute(event):
    if event.get("type") != "revocation":
        return
    agent_id = event.get("agent_id")
    if not isinstance(agent_id, str) or not AGENT_ID.match(agent_id):
        raise ValueError("the notice names no machine")
    own = settings()
    dry_run = bool(own.get("dry_run"))
    failed, total = [], 0
    for path in own.get("files") or everybodys():
        try:
            removed = clean(path, ("keylime:" + agent_id).encode("ascii"), dry_run)
            total += removed
            if removed:
                print("would remove" if dry_run else "removed", removed, "line of" if removed == 1 else "lines of", agent_id, "from", path)
        except OSError as problem:
            failed.append(path + ": " + str(problem))
    if failed:
        raise OSError("; ".join(failed))
    if not total:
        print("no line of", agent_id, "was found")


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
