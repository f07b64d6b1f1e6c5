#!/usr/bin/env python3
"""Revocation action: fetches the list of revoked certificates, checks it and puts it in the place of the old one.

The list comes over plain HTTP from whoever answers there. It counts if the CA of this machine's own package has signed it, it is
not past its time and its number is not smaller than that of the list in use. It is asked for again until it holds the revoked
serial number: the notice is often faster than the CA.
"""
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

LARGEST = 64 << 20


def settings():
    try:
        with open(os.path.splitext(os.path.abspath(__file__))[0] + ".json", encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}
    except ValueError as problem:
        raise ValueError("the settings in " + file.name + " are no JSON: " + str(problem)) from problem


def openssl(own, *arguments):
    program = own.get("openssl", "openssl")
    try:
        done = subprocess.run(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=30,
            check=False,
        )
    except FileNotFoundError as problem:
        raise OSError("there is no " + program + " on this machine; install it or name it in the settings (\"openssl\")") from problem
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def distribution_point(own, certificate):
    if not os.path.exists(certificate):
        raise ValueError("there is no " + certificate + ", which says where the list is; it comes with a payload. Or say it in the settings (\"url\")")
    status, text = openssl(own, "x509", "-in", certificate, "-noout", "-text")
    if status:
        raise ValueError(certificate + " cannot be read: " + " ".join(text.split())[:200])
    match = re.search(r"CRL Distribution Points.*?URI:(\S+)", text, re.S)
    if not match:
        raise ValueError(certificate + " does not say where the list is; say it in the settings (\"url\")")
    return match.group(1)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def fetch(url):
    if not re.match(r"https?://", url):
        raise ValueError("the list is not fetched from " + url)
    opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            content = answer.read(LARGEST + 1)
    except OSError as problem:
        raise OSError("the list cannot be fetched from " + url + ": " + str(getattr(problem, "reason", problem))) from problem
    if len(content) > LARGEST:
        raise ValueError("the list is too large")
    return ssl.PEM_cert_to_DER_cert(to_certificate(content)) if content.startswith(b"-----BEGIN") else content


def to_certificate(pem):
    """ssl unpacks PEM of one label only."""
    return pem.decode("ascii").replace("X509 CRL", "CERTIFICATE")


def number(own, form, path):
    status, text = openssl(own, "crl", "-inform", form, "-in", path, "-noout", "-crlnumber")
    match = re.search(r"crlNumber=(?:0x)?([0-9A-Fa-f]+)", text)
    return int(match.group(1), 16) if status == 0 and match else -1


def checked(own, path, ca):
    """The serial numbers in a list that the CA has signed and that is in its time."""
    _, text = openssl(own, "crl", "-inform", "DER", "-in", path, "-CAfile", ca, "-noout", "-text")
    if "verify OK" not in text:
        raise ValueError("the list is not signed by " + ca)
    made, limit = re.search(r"Last Update: (.*)", text), re.search(r"Next Update: (.*)", text)
    # Keylime's own CA gives both the same time: it says nothing about how long its list is good.
    bounded = made and limit and limit.group(1) not in ("NONE", made.group(1))
    if bounded and ssl.cert_time_to_seconds(limit.group(1)) < time.time():
        raise ValueError("the list has expired on " + limit.group(1))
    return {int(serial, 16) for serial in re.findall(r"Serial Number: ([0-9A-F]+)", text)}


def replace(path, content):
    handle, temporary = tempfile.mkstemp(prefix=".crl-", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), 0o644)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def execute(event):
    if event.get("type") != "revocation":
        return
    own = settings()
    package = os.path.join(os.environ.get("KEYLIME_DIR", "/var/lib/keylime"), "secure", "unzipped")
    ca = own.get("ca", os.path.join(package, "cacert.crt"))
    der, pem = own.get("crl_der", os.path.join(package, "cacrl.der")), own.get("crl_pem", os.path.join(package, "cacrl.pem"))
    url = own.get("url") or distribution_point(own, os.path.join(package, "RevocationNotifier-cert.crt"))
    serial = event.get("metadata", {}).get("cert_serial")
    if not os.path.exists(ca):
        raise ValueError("there is no " + ca + " to check the list with; it comes with a payload, or say it in the settings (\"ca\")")
    tries = int(own.get("tries", 10))
    problem = None
    with tempfile.TemporaryDirectory() as folder:
        new = os.path.join(folder, "new.der")
        for attempt in range(tries):
            if attempt:
                time.sleep(1)
            try:
                content = fetch(url)
                with open(new, "wb") as file:
                    file.write(content)
                serials = checked(own, new, ca)
                if os.path.exists(der) and number(own, "DER", new) < number(own, "DER", der):
                    raise ValueError("the list is older than the one in use")
                if not own.get("dry_run"):
                    _, text = openssl(own, "crl", "-inform", "DER", "-in", new, "-outform", "PEM")
                    replace(der, content)
                    replace(pem, text.encode("ascii"))
                if serial is None or int(serial) in serials:
                    print("would install" if own.get("dry_run") else "installed", url, "with", len(serials), "serial numbers")
                    return
                problem = ValueError("the list does not hold serial number " + str(serial) + " yet")
            except (OSError, ValueError) as failure:
                problem = failure
    raise problem or ValueError("tries has to be 1 or more")


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
