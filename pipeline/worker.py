"""A worker process of a build, `python -m pipeline.worker [FILE]`: Beam's own, but silent.

Beam's worker sends its log to the process that started it, and would write all of it to stderr too.
What this package logs it appends to FILE, and to nothing else.
An interrupt from the terminal, which reaches every process, ends it without a word.
"""

from __future__ import annotations

import ctypes
import logging
import signal
import sys
from pathlib import Path

from pipeline import log

if __name__ == "__main__":
    logging.getLogger().addHandler(logging.NullHandler())  # before Beam's import asks for another
    log.LOGGER.propagate = False
    for name in sys.argv[1:]:
        log.LOGGER.addHandler(log.Appender(Path(name)))
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # A worker does not outlive who started it: what it wrote later could be in another's way.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    from apache_beam.runners.worker.sdk_worker_main import main

    main(sys.argv)
