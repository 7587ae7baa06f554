"""Rows as one self-contained HTML page: nothing is loaded, nothing of the data is markup."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from pipeline.style import STYLE
from pipeline.viewing.rows import ShownDocument, ShownRow, Viewer
from pipeline.viewing.template import TEMPLATE
from tokenization.grammar import Role


def page(title: str, rows: Iterable[ShownRow], viewer: Viewer) -> bytes:
    """A page of some rows. The data lie in it as JSON, in which no `<` is left, and the script
    makes text nodes of them."""
    data = {
        "title": title,
        "roles": [role.name.lower() for role in Role],
        "learn": sorted(viewer.learn),
        "rows": [_row(row) for row in rows],
    }
    text = orjson.dumps(data).replace(b"<", b"\\u003c").replace(b">", b"\\u003e")
    return TEMPLATE.replace("@STYLE@", STYLE).encode().replace(b"@DATA@", text)


def _row(row: ShownRow) -> dict[str, Any]:
    return {
        "split": row.split,
        "number": row.number,
        "length": row.length,
        "tokens": row.tokens,
        "learns": row.learns,
        "documents": [_document(document) for document in row.documents],
    }


def _document(document: ShownDocument) -> dict[str, Any]:
    return {
        "id": document.id,
        "begin": document.begin,
        "end": document.end,
        "complete": document.complete,
        "learns": document.learns,
        "tokens": [[token.text, int(token.role), *token.ids] for token in document.tokens],
    }
