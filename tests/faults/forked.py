"""Lives and deaths in copies of one process: cheap enough to kill at every place. For scripts, not for tests."""

import os
import signal
import sys
import traceback


def in_a_copy(work):
    """Run ``work()`` in a forked copy of this process.

    Returns
    -------
    bool
        True when the copy came to its end, False when it was killed. Any other end is an error.
    """
    child = os.fork()
    if child == 0:
        os.fsync = lambda *_: None  # what a process has written outlives it without that
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        sys.stdout.flush()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0
    return True


def die():
    """Die at once, without a chance to tidy up."""
    os.kill(os.getpid(), signal.SIGKILL)
