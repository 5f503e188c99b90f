"""Data room: frames and documents as bytes, the same bytes for the same content.

Text becomes a sorted dictionary, rows are sorted by their key, and nothing of pandas or of the clock enters the file,
so that a part that did not change keeps its hash and its file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.rows import KEYS
from data.store import StoreError

ROW_GROUP = 1 << 17

_NULLABLE = {
    pa.bool_(): pd.BooleanDtype(),
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.uint8(): pd.UInt8Dtype(),
    pa.uint16(): pd.UInt16Dtype(),
    pa.uint32(): pd.UInt32Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
}


def to_parquet(frame: pd.DataFrame, where: str) -> tuple[memoryview, int]:
    """A frame as the bytes of a Parquet file, and its rows. The index is left out; rows with a key are sorted by it.

    `where` names the frame in the StoreError that a column without one type, or a name used twice, raises.
    """
    names = list(map(str, frame.columns))
    if len(set(names)) < len(names):
        twice = sorted({n for n in names if names.count(n) > 1})
        raise StoreError(f"{where}: the column(s) {', '.join(twice)} stand there more than once.")
    ordered = _by_key(frame)
    table = pa.table(
        {n: _column(ordered[c], f"{where}, column {n}") for n, c in zip(names, frame.columns, strict=True)}
    )
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        use_dictionary=[f.name for f in table.schema if _repeats(f.type)],
        row_group_size=ROW_GROUP,
        write_page_checksum=True,
    )
    return memoryview(sink.getvalue()), len(frame)


def _by_key(frame: pd.DataFrame) -> pd.DataFrame:
    keys = [k for k in KEYS if k in frame.columns]
    if not keys or len(frame) < 2:
        return frame
    if all(isinstance(frame[k].dtype, np.dtype) and frame[k].dtype.kind in "iu" for k in keys):
        order = np.lexsort([frame[k].to_numpy() for k in reversed(keys)])
        return frame if (order[1:] > order[:-1]).all() else frame.take(order)
    return frame.sort_values(keys, kind="stable")


def _column(values: pd.Series, where: str) -> pa.Array:
    try:
        if isinstance(values.dtype, pd.CategoricalDtype) or pd.api.types.infer_dtype(values) in ("string", "empty"):
            return _dictionary(values)
        return pa.array(values, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise StoreError(f"{where}: its values are not all of one type ({error}).") from error


def _dictionary(values: pd.Series) -> pa.DictionaryArray:
    """Codes into the sorted distinct values; a missing value has no code."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        levels, codes = values.cat.categories, values.cat.codes.to_numpy()
        used = np.flatnonzero(np.bincount(codes + 1, minlength=len(levels) + 1)[1:])
        used = used[levels[used].argsort()]
        rank = np.full(len(levels) + 1, -1, dtype=np.int32)
        rank[used] = np.arange(len(used))
        return _coded(rank[codes], levels[used])
    return _coded(*pd.factorize(values.astype("str"), sort=True))


def _coded(codes: np.ndarray, levels: pd.Index) -> pa.DictionaryArray:
    known = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(known, pa.array(levels, type=None if len(levels) else pa.string()))


def _repeats(kind: pa.DataType) -> bool:
    return pa.types.is_dictionary(kind) or (pa.types.is_integer(kind) and kind.bit_width <= 16)


def from_parquet(source: Any, columns: Sequence[str] | None) -> pa.Table:
    """The named columns (those it has; None: all) of a Parquet file. Raises OSError or ArrowInvalid when damaged."""
    with pq.ParquetFile(source, page_checksum_verification=True, pre_buffer=True) as file:
        have = set(file.schema_arrow.names)
        return file.read(None if columns is None else [c for c in columns if c in have])


def names_of(source: Any) -> list[str]:
    """Names of the columns of a Parquet file, of which only the end is read. Raises as `from_parquet` does."""
    with pq.ParquetFile(source) as file:
        return list(file.schema_arrow.names)


def to_frame(tables: Sequence[pa.Table], columns: Sequence[str] | None) -> pd.DataFrame:
    """Parts as one frame: text as categories, integers in their own width (nullable where values are missing).

    A column that some parts lack is missing there. Columns stand in the order asked for.
    """
    table = pa.concat_tables(tables, promote_options="permissive").unify_dictionaries()
    if columns is not None:
        table = table.select(list(columns))
    frame = table.to_pandas()
    for field in table.schema:
        if field.type in _NULLABLE and table.column(field.name).null_count:
            frame[field.name] = table.column(field.name).to_pandas(types_mapper=_NULLABLE.get)
    return frame


def to_json(value: Any, where: str) -> bytes:
    """A document as JSON bytes, order kept. NaN and infinities are written as NaN, Infinity; names become text."""
    try:
        return json.dumps(_plain(value), ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError, UnicodeEncodeError) as error:
        raise StoreError(f"{where}: it holds something that JSON cannot say ({error}).") from error


def _plain(value: Any) -> Any:
    match value:
        case Mapping():
            return {str(_plain(k)): _plain(v) for k, v in value.items()}
        case np.ndarray() | np.generic():
            return _plain(value.tolist())
        case Set():
            return sorted(map(_plain, value))
        case list() | tuple():
            return list(map(_plain, value))
    return value
