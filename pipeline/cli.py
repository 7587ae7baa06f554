"""The commands: build, trace, debug, inspect, verify, report, compare, plan, tokenizer, export.

Beam is imported by the commands that run it only.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn

import orjson
from rich.console import Console

from pipeline import commands as finished
from pipeline import log, single
from pipeline.config import load
from pipeline.corpus.records import CorpusError
from pipeline.debugging import command as debug
from pipeline.exports import command as export
from pipeline.ledger import STAGES
from pipeline.shards.manifest import Manifest, ManifestError
from pipeline.shards.places import Place, make_folder, place_at
from pipeline.shards.reader import DamagedFileError
from pipeline.shards.writer import WriteError, write_bytes
from pipeline.show import as_text, stages
from pipeline.slots import WorkerError
from pipeline.stored import StoredTraces
from pipeline.strict import ConfigError, expected
from pipeline.tokenizer import SentencePieceConfig, read_model
from pipeline.verifying import SAMPLE, verify
from pipeline.viewing import command as inspect
from pipeline.viewing.command import count
from pipeline.workers import Workers
from tracing.rejection import Reason, Rejection
from tracing.sandbox import SandboxError

_FAULTS = (
    ConfigError,
    CorpusError,
    DamagedFileError,
    ManifestError,
    SandboxError,
    WorkerError,
    WriteError,
)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit: 0 done, 1 a finding (a rejected program, a directory that is not what
    it should be), 2 it could not be done."""
    given, beam = _divided(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    options = parser.parse_args(given)
    if beam and not hasattr(options, "runner"):
        parser.error("options of Beam's, after --, are for `build` alone")
    options.beam = beam
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        sys.exit(run(options))
    except _FAULTS as error:
        sys.exit(_fail(str(error)))
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)


def _divided(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Our arguments and, after `--`, those of Beam."""
    if "--" not in arguments:
        return arguments, ()
    middle = arguments.index("--")
    return arguments[:middle], arguments[middle + 1 :]


def _fail(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return 2


def _build(options: argparse.Namespace) -> int:
    with _log(options.log, options.output), log.errors():
        return _build_logged(options)


def _build_logged(options: argparse.Namespace) -> int:
    if options.traces is not None and options.corpus:
        raise ConfigError("--corpus", "given with --traces, which has programs of its own")
    config = load(options.config, options.set, options.corpus)
    stored = None if options.traces is None else StoredTraces.open(options.traces)
    again = None if options.only_rejected is None else Reason(options.only_rejected)
    if again is not None and (stored or options.force):
        problem = "given with --traces or --force; expected a directory with traces of its own"
        raise ConfigError("--only-rejected", problem)
    workers = Workers(config.workers)
    if options.runner == "local":
        workers.start()  # they import what this process does meanwhile
    with _quiet():
        from pipeline.build import build
        from pipeline.runners import Runner
    from pipeline.progress import Display

    runner = Runner.of(options.runner, options.beam)
    runner.check_reach(options.output, [*config.corpus.paths, *config.corpus.decontaminate])
    started, display = time.monotonic(), Display(Console(stderr=True))
    only, force = options.only, options.force
    manifest = build(config, options.output, display, stored, only, force, again, runner, workers)
    if manifest is None:
        print(f"{options.output}: made up to {options.only}")
        return 0
    for line in _summary(manifest, options.output, time.monotonic() - started):
        print(line)
    return 0


@contextmanager
def _log(path: Path | None, output: Place) -> Iterator[None]:
    """Keep the log of a build in a file, if there is one."""
    if path and isinstance(output, Path) and path.resolve().is_relative_to(output.resolve()):
        raise ConfigError("--log", f"{path}: lies in {output}; expected a file elsewhere")
    with ExitStack() as stack:
        try:
            stack.enter_context(log.kept_in(path))
        except OSError as error:
            raise ConfigError("--log", f"{path}: {error.strerror}") from None
        yield


def _tokenizer(options: argparse.Namespace) -> int:
    config = load(options.config, options.set, options.corpus)
    if config.tokenizer.kind != SentencePieceConfig().kind:
        raise expected("tokenizer.kind", config.tokenizer.kind, "sentencepiece, to train one")
    if config.tokenizer.model is not None:
        raise ConfigError("tokenizer.model", "is given; expected null, to train one")
    with _quiet():
        from pipeline.build import train_tokenizer
    from pipeline.progress import Display

    with _working_folder(options.output) as folder:
        model = train_tokenizer(config, folder, Display(Console(stderr=True)))
    write_bytes(options.output, "tokenizer.model", model.data)
    print(f"{options.output / 'tokenizer.model'}: {len(model.data):,} bytes")
    return 0


def _trace(options: argparse.Namespace) -> int:
    model = read_model("--tokenizer", options.tokenizer) if options.tokenizer else None
    found = single.run(options.file, options)
    if isinstance(found, Rejection):
        return single.rejected(found)
    shown = stages(found, options.seed, model)
    if options.format == "json":
        sys.stdout.buffer.write(orjson.dumps(shown, option=orjson.OPT_APPEND_NEWLINE))
    else:
        for line in as_text(shown):
            sys.stdout.buffer.write(f"{line}\n".encode())
    sys.stdout.buffer.flush()
    return 0


def _verify(options: argparse.Namespace) -> int:
    problems = 0
    for problem in verify(options.directory, options.sample):
        print(problem, file=sys.stderr)
        problems += 1
    if problems:
        return 1
    print(f"{options.directory}: whole, {Manifest.read(options.directory).fingerprint}")
    return 0


def _summary(manifest: Manifest, output: Place, seconds: float) -> Iterator[str]:
    counts: dict[str, Any] = dict(manifest.counts)
    programs, traced, events = (counts[name] for name in ("programs", "traced", "events"))
    yield f"{programs:,} programs: {traced:,} traced, {events:,} events"
    for reason, number in counts["rejected"].items():
        yield f"  {number:,} rejected: {reason}"
    drawn = ", ".join(f"{number:,} {name}" for name, number in counts["trajectories"].items())
    yield f"{drawn} trajectories, {counts['documents']:,} documents, {counts['cut']:,} of them cut"
    for name, drawn in counts.get("policies", {}).items():
        size = f"{drawn['documents']:,} documents, {drawn['tokens']:,} tokens"
        yield f"  {name}: {drawn['trajectories']:,} trajectories, {size}, {drawn['share']:.2%}"
    for split, groups in counts["left_out"].items():
        for group, left in groups.items():
            documents, tokens = left["documents"], left["tokens"]
            yield f"  {documents:,} documents, {tokens:,} tokens left out: {split}, {group}"
    for name, walks in counts["walks"].items():
        yield from _walk_lines(name, walks)
    yield f"{counts['tokens']:,} tokens in {counts['rows']:,} rows, filled to {counts['fill']:.2%}"
    yield f"{seconds:.1f} s, {output}"


def _walk_lines(direction: str, walks: dict[str, Any]) -> Iterator[str]:
    """What was visited, and a table of how many states each kind of action led on."""
    yield f"{direction}: {walks['states']:,} states, {walks['transitions']:,} transitions visited"
    widest = max(map(len, walks["reach"].values()), default=0)
    if widest:
        yield f"  {'led on by':14}" + "".join(f"{1 << far:>9,}" for far in range(widest))
    for kind, row in walks["reach"].items():
        yield f"  {kind:14}" + "".join(f"{count:>9,}" for count in row)


@contextmanager
def _working_folder(output: Place) -> Iterator[Path]:
    """A directory to work in, inside the one that is written to: that shows that it can be."""
    try:
        make_folder(output)
        folder = tempfile.TemporaryDirectory(dir=output if isinstance(output, Path) else None)
    except OSError as error:
        raise ConfigError("--output", f"{output}: {error.strerror}") from None
    with folder as name:
        yield Path(name)


@contextmanager
def _quiet() -> Iterator[None]:
    """While it is imported, Beam warns that clients of clouds are not installed."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(level)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline", description="Datasets for neural debuggers."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_build(commands)
    _add_trace(commands)
    debug.add(commands)
    inspect.add(commands)
    _add_verify(commands)
    finished.add(commands)
    _add_tokenizer(commands)
    export.add(commands)
    return parser


def _add_build(commands: Any) -> None:
    command = commands.add_parser("build", help="run the whole job into a directory")
    _add_configuration(command)
    command.add_argument(
        "--traces", metavar="DIR", type=_place, help="a built directory, to draw from its traces"
    )
    command.add_argument("--only", choices=STAGES, help="end after this stage")
    command.add_argument("--force", action="store_true", help="begin again, whatever is there")
    command.add_argument(
        "--only-rejected",
        metavar="REASON",
        choices=[*Reason],
        help="run programs again that were rejected for a reason, under other tracing.limits",
    )
    command.add_argument(
        "--runner",
        metavar="NAME",
        default="local",
        help="local, dataflow or portable; options of Beam's for it after --",
    )
    command.add_argument(
        "--log", metavar="FILE", type=Path, help="append warnings and errors to it, as JSON lines"
    )
    command.set_defaults(run=_build)


def _place(text: str) -> Place:
    try:
        return place_at(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _add_tokenizer(commands: Any) -> None:
    command = commands.add_parser("tokenizer", help="train the tokenizer alone")
    _add_configuration(command)
    command.set_defaults(run=_tokenizer)


def _add_configuration(command: argparse.ArgumentParser) -> None:
    command.add_argument("config", metavar="CONFIG", help="a YAML file, such as those in configs/")
    command.add_argument("--output", metavar="DIR", type=_place, required=True)
    command.add_argument(
        "--corpus", metavar="PATH", nargs="+", default=[], help="instead of corpus.paths"
    )
    command.add_argument(
        "--set", metavar="a.b=value", nargs="+", action="extend", default=[], help="change a key"
    )


def _add_trace(commands: Any) -> None:
    command = commands.add_parser("trace", help="show one program at every stage")
    command.add_argument("file", metavar="FILE.py", type=Path)
    single.add_call(command)
    command.add_argument("--seed", type=int, default=0, help="of the two trajectories")
    command.add_argument(
        "--tokenizer", metavar="MODEL", type=Path, help="a sentencepiece model, or DIR/tokenizer"
    )
    command.add_argument("--format", choices=("text", "json"), default="text")
    command.set_defaults(run=_trace)


def _add_verify(commands: Any) -> None:
    command = commands.add_parser("verify", help="check a built directory")
    command.add_argument("directory", metavar="DIR", type=Path)
    command.add_argument(
        "--sample", metavar="N", type=count, default=SAMPLE, help="documents to make again"
    )
    command.set_defaults(run=_verify)
