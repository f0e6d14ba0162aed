"""A file is replaced whole or not at all: full disks at every write, kills at every step."""

import os
import signal
import subprocess
import sys

import pytest
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.persistence import load, save
from sklearn_mlknow.persistence.atomic import write_atomically

posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits are POSIX")


@pytest.fixture
def path(tmp_path):
    write_atomically(tmp_path / "model.mlk", b"old")
    return tmp_path / "model.mlk"


def is_whole(path, *contents):
    assert path.read_bytes() in contents and [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_file_is_replaced(path):
    write_atomically(path, b"new")
    is_whole(path, b"new")


@posix
def test_a_disk_that_is_full_after_any_byte(path):
    """The system itself refuses to write beyond a size: real partial writes."""
    import resource

    new = bytes(range(256)) * 40
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for size in (0, 1, 4095, 4096, 8192, len(new) - 1):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            with pytest.raises(OSError, match="File too large"):
                write_atomically(path, new)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        is_whole(path, b"old")
    write_atomically(path, new)
    is_whole(path, new)


class Failing:
    """A stream that fails at one of its calls."""

    def __init__(self, stream, at):
        self.stream, self.at = stream, at

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()

    def fileno(self):
        return self.stream.fileno()

    def write(self, data):
        if self.at == "write":
            self.stream.write(data[: len(data) // 2])
            raise OSError(28, "No space left on device")
        return self.stream.write(data)

    def flush(self):
        if self.at == "flush":
            raise OSError(28, "No space left on device")
        self.stream.flush()


@pytest.mark.parametrize("at", ["open", "write", "flush", "fsync", "replace"])
def test_no_space_at_any_step(path, at, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        if at in ("write", "flush"):
            real = os.fdopen
            patched.setattr(os, "fdopen", lambda *arguments: Failing(real(*arguments), at))
        else:
            patched.setattr(os, at, full)
        with pytest.raises(OSError, match="No space left"):
            write_atomically(path, b"new")
    is_whole(path, b"old")


def test_an_interrupt_leaves_no_part(path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    is_whole(path, b"old")


def test_folders_that_are_not_posix_are_not_forced(path, monkeypatch):
    monkeypatch.setattr(os, "name", "other")
    write_atomically(path, b"new")
    monkeypatch.undo()
    is_whole(path, b"new")


KILLED = """
import os, signal, sys
from sklearn.preprocessing import StandardScaler
from sklearn_mlknow.persistence import save

path, model = sys.argv[1], StandardScaler().fit([[1.0], [5.0]])
save(model, path + ".warm")  # what saving imports is there before the children are
os.remove(path + ".warm")
real = {name: getattr(os, name) for name in ("open", "fdopen", "fsync", "replace", "close")}

def killing(name, nth):
    calls = []
    def work(*arguments, **named):
        calls.append(name)
        if len(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return real[name](*arguments, **named)
    return work

for name, nth in (("open", 1), ("fdopen", 1), ("fsync", 1), ("replace", 1), ("open", 2), ("fsync", 2), ("close", 1)):
    child = os.fork()
    if child == 0:
        setattr(os, name, killing(name, nth))
        save(model, path)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    content = open(path, "rb").read()
    print(name, nth, os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, len(content))
"""


@posix
def test_a_kill_at_any_step_leaves_a_whole_file(tmp_path):
    path = tmp_path / "model.mlk"
    save(StandardScaler().fit([[0.0], [2.0]]), path)
    command = [sys.executable, "-W", "ignore", "-c", KILLED, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) == 7 and all(killed == "True" for *_, killed, _ in lines)
    # killed before the rename the old model is there, after it the new one; never half of one
    assert load(path).mean_.tolist() == [3.0] and signal.SIGKILL


@posix
def test_permissions_stay_and_links_stay_links(path, tmp_path):
    path.chmod(0o600)
    link = tmp_path / "latest.mlk"
    link.symlink_to(path.name)
    write_atomically(link, b"new")
    assert link.is_symlink() and path.read_bytes() == b"new" and path.stat().st_mode & 0o777 == 0o600
    write_atomically(tmp_path / "copy.mlk", b"old", like=path)
    assert (tmp_path / "copy.mlk").stat().st_mode & 0o777 == 0o600
    missing = tmp_path / "missing" / "model.mlk"
    write_atomically(tmp_path / "other.mlk", b"old", like=missing)
    assert (tmp_path / "other.mlk").stat().st_mode & 0o077 == 0o066 & ~_umask()


def _umask():
    now = os.umask(0)
    os.umask(now)
    return now


@pytest.mark.parametrize("name", ["모" * 80 + ".mlk", "m" * 250 + ".mlk"])
def test_names_as_long_as_the_system_allows(name, tmp_path):
    write_atomically(tmp_path / name, b"new")
    assert (tmp_path / name).read_bytes() == b"new"


def test_errors_name_the_file_that_was_asked_for(tmp_path):
    for place in (tmp_path / "missing" / "model.mlk", tmp_path):
        with pytest.raises(OSError) as caught:
            write_atomically(place, b"new")
        assert caught.value.filename == str(place) and ".part" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
