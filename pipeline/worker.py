"""A worker process of a build, `python -m pipeline.worker`: Beam's own, but silent.

Beam's worker sends its log to the process that started it, and would write all of it to stderr too.
An interrupt from the terminal, which reaches every process, ends it without a word.
"""

from __future__ import annotations

import ctypes
import logging
import signal
import sys

if __name__ == "__main__":
    logging.getLogger().addHandler(logging.NullHandler())  # before Beam's import asks for another
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # A worker does not outlive who started it: what it wrote later could be in another's way.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    from apache_beam.runners.worker.sdk_worker_main import main

    main(sys.argv)
