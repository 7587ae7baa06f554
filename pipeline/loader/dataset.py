"""TokenDataset: one split of a built directory, checked before anything is read from it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.loader.batch import Batch, collate, parse_roles
from pipeline.shards.manifest import Manifest
from pipeline.shards.reader import Split
from pipeline.shards.verify import check_content, check_size


class TokenDataset:
    """The rows of a split, mapped into memory, in any order.

    Of the files only what is asked for is ever read; a shard is opened when its first row is.
    """

    def __init__(
        self,
        directory: str | Path,
        split: str = "train",
        *,
        learn: Iterable[str] = ("state",),
        verify: bool = False,
    ) -> None:
        """Open a split of a finished directory.

        `learn` names the roles whose tokens are labels: structure, context, action, state, start.
        Every shard must be there with its size and its end marker; with `verify` all of it is read
        and compared with its checksum.

        Raises ManifestError where the directory is not finished or its manifest was changed,
        DamagedFileError naming the shard that is not what it was, ValueError for an unknown role or
        split.
        """
        root = Path(directory)
        manifest = Manifest.read(root)
        entries = manifest.files_in(split)
        if not entries:
            raise ValueError(f"{root}: no split {split!r}")
        for entry in entries:
            (check_content if verify else check_size)(root, entry)
        self.fingerprint = manifest.fingerprint
        self.split = split
        self.format = manifest.format
        self._learn = parse_roles(learn)
        self._rows = Split(root, entries, manifest.format)

    def __len__(self) -> int:
        """The number of rows."""
        return len(self._rows)

    def batch(self, rows: Iterable[int]) -> Batch:
        """Some rows, by number, in the order given; at least one.

        Raises DamagedFileError.
        """
        return collate([self._rows.row(row) for row in rows], self._learn)
