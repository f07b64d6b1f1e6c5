"""Runs one revocation action that is a Python module with execute(event).

Handed to the interpreter by -c, never as a file that somebody could change:

    python3 -I -B -c THIS-TEXT NAME FILE EVENT WORK-DIR  3< FILE

NAME       module name, the file's without .py
FILE       path of the module, for __file__ and for modules beside it; its text is read from file 3
EVENT      path of the JSON file with the event
WORK-DIR   the agent's work directory

execute may be "def" or "async def". An exception is printed and makes the exit status 1.

Actions written for Keylime's Python agent import from its package, and from M2Crypto, which no machine has any more. What
they use of them is here, and only counts where the import system has found nothing else: a real module wins.
"""
import sys


# --- certificates: just enough DER (X.690) to find what actions ask for ----------------------------------------------


def _tlv(data, at, end):
    """Tag, start and end of content of the element at a position."""
    if at + 2 > end:
        raise ValueError("the certificate is cut off")
    tag, length = data[at], data[at + 1]
    at += 2
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4 or at + size > end:
            raise ValueError("the certificate has a length that is none")
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    if at + length > end:
        raise ValueError("the certificate is cut off")
    return tag, at, at + length


def _children(data, start, end):
    while start < end:
        tag, begin, finish = _tlv(data, start, end)
        yield tag, begin, finish
        start = finish


def _der(path):
    import base64
    import re

    with open(path, "rb") as file:
        data = file.read(1 << 20)
    pem = re.search(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)-----END", data, re.S)
    return base64.b64decode(b"".join(pem.group(1).split())) if pem else data


class Certificate:
    """A certificate as far as actions look at it: by the names of cryptography and of M2Crypto."""

    def __init__(self, der):
        tag, start, end = _tlv(der, 0, len(der))
        inner, start, end = _tlv(der, start, end)
        if tag != 0x30 or inner != 0x30:
            raise ValueError("not an X.509 certificate")
        members = list(_children(der, start, end))
        first = 1 if members and members[0][0] == 0xA0 else 0
        if len(members) < 6 + first or members[first][0] != 0x02:
            raise ValueError("not an X.509 certificate")
        self._der = der
        self.serial_number = int.from_bytes(der[members[first][1] : members[first][2]], "big", signed=True)
        self._extensions = [member for member in members if member[0] == 0xA3]

    def get_serial_number(self):
        return self.serial_number

    def as_der(self):
        return self._der

    def crl_distpoint(self):
        """First URI of the CRL distribution points (RFC 5280 section 4.2.1.13), or an empty text."""
        der = self._der
        for _, start, end in self._extensions:
            _, start, end = _tlv(der, start, end)
            for _, begin, finish in _children(der, start, end):
                parts = list(_children(der, begin, finish))
                if len(parts) < 2 or der[parts[0][1] : parts[0][2]] != b"\x55\x1d\x1f":
                    continue
                found = self._uri(parts[-1][1], parts[-1][2])
                if found is not None:
                    return found
        return ""

    def _uri(self, start, end):
        for tag, begin, finish in _children(self._der, start, end):
            if tag == 0x86:
                return self._der[begin:finish].decode("ascii", "replace")
            if tag & 0x20:
                found = self._uri(begin, finish)
                if found is not None:
                    return found
        return None


def _load_certificate(path):
    return Certificate(_der(path))


# --- the stand-ins ---------------------------------------------------------------------------------------------------


def _keylime(module):
    module.__path__ = []


def _secure_mount(module):
    import os

    secure = os.path.join(_WORK_DIR, "secure")

    def check_mounted(folder):
        with open("/proc/self/mounts", encoding="utf-8", errors="replace") as mounts:
            for line in mounts:
                fields = line.split(" ")
                if len(fields) > 2 and fields[1].replace("\\040", " ") == folder:
                    return fields[2] == "tmpfs"
        return False

    def umount():
        raise OSError("the agent keeps " + secure + " mounted; an action cannot unmount it")

    module.mount = lambda: secure
    module.get_secdir = lambda: secure
    module.check_mounted = check_mounted
    module.umount = umount


def _keylime_logging(module):
    import logging

    def init_logging(name):
        root = logging.getLogger("keylime")
        if not root.handlers:
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(logging.Formatter("%(name)s - %(levelname)s - %(message)s"))
            root.addHandler(handler)
            root.setLevel(logging.INFO)
            root.propagate = False
        return logging.getLogger("keylime." + name)

    module.init_logging = init_logging


def _config(module):
    import configparser
    import glob
    import os

    module.WORK_DIR = _WORK_DIR
    module.CA_WORK_DIR = os.path.join(_WORK_DIR, "ca")

    def sections(component):
        parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
        files = ["/etc/keylime.conf", "/etc/keylime/" + component + ".conf"]
        files += sorted(glob.glob("/etc/keylime/" + component + ".conf.d/*.conf"))
        for name in files:
            try:
                parser.read(name, encoding="utf-8")
            except (configparser.Error, OSError, UnicodeDecodeError):
                continue
        return parser

    def get(component, option, section=None, fallback=""):
        place = os.environ.get("KEYLIME_" + component.upper() + "_" + option.upper())
        if place is not None:
            return place
        value = sections(component).get(section or component, option, fallback=fallback)
        return value.strip("\"'") if isinstance(value, str) else value

    def getint(component, option, section=None, fallback=-1):
        return int(get(component, option, section, fallback))

    def getboolean(component, option, section=None, fallback=False):
        value = get(component, option, section, fallback)
        return value if isinstance(value, bool) else str(value).strip().lower() in ("1", "yes", "true", "on")

    def getlist(component, option, section=None):
        text = get(component, option, section, "").strip().strip("[]")
        return [word.strip().strip("\"'") for word in text.split(",") if word.strip()]

    module.get = get
    module.getint = getint
    module.getboolean = getboolean
    module.getlist = getlist
    module.get_config = lambda component="agent": sections(component)


def _ca_util(module):
    import base64

    def convert_crl_to_pem(der_file, pem_file):
        with open(der_file, "rb") as file:
            text = base64.encodebytes(file.read()).decode("ascii").replace("\n", "")
        lines = [text[at : at + 64] for at in range(0, len(text), 64)]
        with open(pem_file, "w", encoding="ascii") as file:
            file.write("\n".join(["-----BEGIN X509 CRL-----"] + lines + ["-----END X509 CRL-----", ""]))

    module.load_cert_by_path = _load_certificate
    module.get_crl_distpoint = lambda path: _load_certificate(path).crl_distpoint()
    module.convert_crl_to_pem = convert_crl_to_pem


def _cmd_exec(module):
    import os
    import subprocess
    import time

    def run(cmd, expectedcode=0, raiseOnError=True, outputpaths=None, env=None):
        begun = time.time()
        full = dict(os.environ)
        full.update(env or {})
        done = subprocess.run(cmd, env=full, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        files = {}
        for path in [outputpaths] if isinstance(outputpaths, str) else outputpaths or []:
            with open(path, "rb") as file:
                files[path] = file.read()
        if raiseOnError and done.returncode != expectedcode:
            raise Exception(
                "Command: %s returned %d, expected %d, output %s, stderr %s"
                % (cmd, done.returncode, expectedcode, done.stdout, done.stderr)
            )
        return {
            "retout": done.stdout.splitlines(True),
            "reterr": done.stderr.splitlines(True),
            "code": done.returncode,
            "fileouts": files,
            "timing": {"t0": begun, "t1": time.time()},
        }

    module.EXIT_SUCESS = 0
    module.run = run


def _json(module):
    import json

    def text(value):
        if isinstance(value, (bytes, bytearray)):
            return bytes(value).decode("utf-8")
        raise TypeError("Object of type " + type(value).__name__ + " is not JSON serializable")

    def dumps(value, **options):
        options.setdefault("default", text)
        return json.dumps(value, **options)

    module.dumps = dumps
    module.loads = json.loads
    module.load = json.load
    module.dump = json.dump
    module.JSONDecodeError = json.JSONDecodeError


def _tornado_requests(module):
    import asyncio
    import urllib.error
    import urllib.parse
    import urllib.request

    class TornadoResponse:
        def __init__(self, status_code, body):
            self.status_code = status_code
            self.body = body

    async def request(method, url, params=None, data=None, context=None, headers=None, timeout=60.0):
        def ask():
            address = url + ("?" + urllib.parse.urlencode(params) if params else "")
            body = data.encode("utf-8") if isinstance(data, str) else data
            asked = urllib.request.Request(address, data=body, headers=headers or {}, method=method.upper())
            try:
                with urllib.request.urlopen(asked, context=context, timeout=timeout) as answer:
                    return TornadoResponse(answer.status, answer.read())
            except urllib.error.HTTPError as answer:
                return TornadoResponse(answer.code, answer.read())

        return await asyncio.get_running_loop().run_in_executor(None, ask)

    module.request = request


def _m2crypto(module):
    module.__path__ = []


def _x509(module):
    module.X509 = Certificate
    module.load_cert = lambda path, format=1: _load_certificate(path)


_STAND_INS = {
    "keylime": _keylime,
    "keylime.secure_mount": _secure_mount,
    "keylime.keylime_logging": _keylime_logging,
    "keylime.config": _config,
    "keylime.common": _config,
    "keylime.ca_util": _ca_util,
    "keylime.cmd_exec": _cmd_exec,
    "keylime.json": _json,
    "keylime.tornado_requests": _tornado_requests,
    "M2Crypto": _m2crypto,
    "M2Crypto.X509": _x509,
}


class _Finder:
    """Asked last, when nothing on sys.path has the module."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        from importlib.machinery import ModuleSpec

        return ModuleSpec(name, cls, is_package=name in ("keylime", "M2Crypto")) if name in _STAND_INS else None

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        _STAND_INS[module.__name__](module)


# --- the run ---------------------------------------------------------------------------------------------------------


def _main():
    import asyncio
    import inspect
    import json
    import os
    import types

    global _WORK_DIR
    name, path, event_file, _WORK_DIR = sys.argv[1:5]
    with os.fdopen(3, "rb") as file:
        source = file.read()
    with open(event_file, encoding="utf-8") as file:
        event = json.load(file)
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    sys.meta_path.append(_Finder)
    sys.argv[:] = [path]
    module = types.ModuleType(name)
    module.__file__ = path
    sys.modules[name] = module
    exec(compile(source, path, "exec"), module.__dict__)
    execute = getattr(module, "execute", None)
    if not callable(execute):
        raise AttributeError(path + " has no function execute(event)")

    async def finish(awaitable):
        return await awaitable

    result = execute(event)
    if inspect.isawaitable(result):
        asyncio.run(finish(result))


_WORK_DIR = "/var/lib/keylime"
if __name__ == "__main__":
    _main()
