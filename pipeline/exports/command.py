"""The command: `python -m pipeline export DIR --format megatron|parquet --output DIR`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, get_args

from pipeline.exports.export import Format, export
from pipeline.loader.batch import read_learn
from pipeline.strict import ConfigError


def add(commands: Any) -> None:
    """Add the command to a parser."""
    command = commands.add_parser("export", help="write a built directory for another trainer")
    command.add_argument("directory", metavar="DIR", type=Path)
    command.add_argument("--format", choices=get_args(Format), required=True)
    command.add_argument("--output", metavar="DIR", type=Path, required=True)
    command.add_argument(
        "--learn",
        metavar="ROLE[=WEIGHT]",
        nargs="+",
        default=["state"],
        help="whose tokens are labels in parquet; with weights also `loss_weights`",
    )
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    try:
        learn, weighted = read_learn(options.learn)
    except ValueError as error:
        raise ConfigError("--learn", str(error)) from None
    content = export(options.directory, options.output, options.format, learn, weighted)
    for split, counts in content["counts"].items():
        print(f"{split}: {', '.join(f'{number:,} {name}' for name, number in counts.items())}")
    print(f"{options.output}: {len(content['files'])} files")
    return 0
