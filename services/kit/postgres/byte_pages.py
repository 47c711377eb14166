"""Pages bounded by rows and by bytes, so that a page fits a message whatever its rows hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a listing: its items, the row of the last one, and whether more follow."""

    items: list[T]
    last: dict[str, Any]
    more: bool

    @classmethod
    def of(cls, rows: list[dict[str, Any]], item: Callable[[dict[str, Any]], T]) -> Page[T]:
        """The page from the rows of a query that `bounded` made."""
        return cls([item(row) for row in rows], rows[-1] if rows else {}, bool(rows) and rows[0]["found"] > len(rows))


def bounded(query: str, order: str, weight: str, most_bytes: int) -> str:
    """Cuts a query that returns up to %(size)s + 1 rows to at most %(size)s rows and `most_bytes`, though never below one row.

    `order` is the query's order and `weight` the SQL of a row's bytes. Adds the column `found`, the number of rows before the cut.
    """
    return f"""
        SELECT * FROM (
            SELECT listed.*, count(*) OVER () AS found, row_number() OVER so_far AS row_number, sum({weight}) OVER so_far AS bytes
            FROM ({query}) listed WINDOW so_far AS (ORDER BY {order})
        ) cut
        WHERE row_number = 1 OR (row_number <= %(size)s AND bytes <= {most_bytes}) ORDER BY row_number"""
