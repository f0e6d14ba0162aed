"""Model files as an attacker would write them, and what is watched while they are loaded.

Run as a program it loads every file of a folder in a process that an audit hook watches, and writes down what happened:
``python -m tests.persistence.hostile FOLDER``.
"""

import hashlib
import io
import json
import pickle
import sys
import zipfile
from pathlib import Path

import numpy as np

from sklearn_mlknow.persistence.archive import MANIFEST, pack, read_zip, unpack
from sklearn_mlknow.persistence.file_versions import FORMAT
from sklearn_mlknow.persistence.model_file import PAYLOAD
from tests.persistence.forging import LIMIT, Forgery


class Marker:
    """Unpickling it would write a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def zip_of(members, compression=zipfile.ZIP_STORED):
    """Write a zip as anybody could."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


def repacked(payload, state=None):
    """Wrap a payload, with hashes and a description that fit: a forger can write those too."""
    return pack({PAYLOAD: payload}, {"state": state})


def state_of(data):
    """What the manifest of a model file says of its model."""
    return unpack(data, LIMIT)[1]["state"]


def payload_of(data):
    """The payload within a model file."""
    return unpack(data, LIMIT)[0][PAYLOAD]


def pickles_in(data, estimator, marker):
    """The file again and again, each time with another part swapped by a pickle that would write the marker."""
    poison = pickle.dumps(Marker(marker))
    for place in Forgery(estimator).arrays:
        forgery = Forgery(estimator)
        forgery.arrays[place] = np.frombuffer(poison, np.uint8)
        yield f"array {place}", forgery.file()
    outer = read_zip(data, LIMIT)
    for name in outer:
        yield f"file {name}", zip_of({**outer, name: poison})
    yield "payload", pack({PAYLOAD: poison}, {})
    yield "payload after a table", repacked(payload_of(data) + poison, state_of(data))
    yield "whole", poison
    manifest = json.loads(outer[MANIFEST])
    yield "one more member", pack({PAYLOAD: outer[PAYLOAD], "more.pkl": poison}, {"more": manifest["format"]})


def dense(payload, state=None, **more):
    """Wrap a payload and compress it as far as it goes, which `pack` would not."""
    members = {PAYLOAD: payload, **more}
    facts = {name: {"sha256": hashlib.sha256(one).hexdigest(), "bytes": len(one)} for name, one in members.items()}
    manifest = json.dumps({"format": FORMAT, "state": state, "members": facts}).encode()
    return zip_of({MANIFEST: manifest, **members}, zipfile.ZIP_DEFLATED)


def set_to(name, value):
    """A change of an estimator: one attribute, to a value or to what a function makes of the old one."""
    return lambda one: setattr(one, name, value(getattr(one, name)) if callable(value) else value)


FORBIDDEN = ("exec", "os.", "subprocess.", "pickle.", "marshal.", "socket.", "ctypes.", "shutil.", "code.", "pty.")
# what reading a file needs of the system: names in a folder, not a change to it
HARMLESS = ("os.listdir", "os.scandir", "os.fwalk", "os.walk")


def watch():
    """Load every file of a folder under an audit hook; print as JSON what each did."""
    from sklearn_mlknow.persistence import ModelFileError, load

    folder = Path(sys.argv[1])
    for path in folder.glob("honest*.mlk"):
        load(path)  # what loading needs is imported now
    events, is_watching = [], False

    def hook(event, arguments):
        if not is_watching:
            return
        if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
            events.append(f"open {arguments[0]} {arguments[1]}")
        elif event == "import" and arguments[0] not in sys.modules:
            events.append(f"import {arguments[0]}")
        elif event == "compile" and arguments[1] not in ("<unknown>", None):  # a header of an array is parsed, not run
            events.append(f"compile {arguments[1]}")
        elif event.startswith(FORBIDDEN) and event not in HARMLESS:
            events.append(event)

    sys.addaudithook(hook)
    told = {}
    for path in sorted(folder.glob("*.hostile")):
        events.clear()
        is_watching = True
        try:
            load(path)
            outcome = "loaded"
        except ModelFileError:
            outcome = "refused"
        is_watching = False
        told[path.name] = [outcome, *events]
    print(json.dumps(told))


def resident(field):
    """Bytes of this process: VmRSS now, or VmHWM at its highest since the last reset (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(field))


def measure():
    """Load every file of a folder; print as JSON how many bytes the process grew by, and whether it was refused."""
    from sklearn_mlknow.persistence import ModelFileError, load

    folder = Path(sys.argv[1])
    for path in folder.glob("honest*.mlk"):
        load(path)
    told = {}
    for path in sorted(folder.glob("*.hostile")):
        Path("/proc/self/clear_refs").write_text("5")  # the highest so far is forgotten
        before = resident("VmRSS")
        try:
            load(path)
            outcome = "loaded"
        except ModelFileError:
            outcome = "refused"
        told[path.name] = [outcome, resident("VmHWM") - before]
    print(json.dumps(told))


if __name__ == "__main__":
    {"watch": watch, "measure": measure}[sys.argv[2]]()
