"""The promise of a store, kept by the store in a folder and by the one in memory alike."""

from __future__ import annotations

import math
import threading
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from data.diff import compare
from data.memory_store import MemoryStore
from data.parquet_store import ParquetStore
from data.store import Draft, Store, StoreError, changed_since


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return ParquetStore(tmp_path / "store") if request.param == "folder" else MemoryStore()


def month(name: int, **columns: object) -> pd.DataFrame:
    """Four obligations of two clients; `columns` replaces or adds."""
    frame = pd.DataFrame(
        {
            "client": np.array([1, 1, 2, 2], dtype="int64"),
            "obligation": np.array([10, 11, 20, 21], dtype="int64"),
            "month": np.int32(name),
            "region": ["Norte", "Sur", "Norte", None],
            "label_state": np.array([1, 0, 2, 3], dtype="uint8"),
            "balance": np.array([100, 200, 300, 400], dtype="float32"),
            "days_past_due": np.array([0, 31, 30, 95], dtype="float32"),
            "score": np.array([0.25, 0.5, 0.75, np.nan], dtype="float32"),
        }
    )
    return frame.assign(**columns)


def draft(*months: int, note: str = "", documents: dict | None = None, **columns: object) -> Draft:
    return Draft({"rows": {str(m): month(m, **columns) for m in months}}, documents or {}, note)


def hashes(store: Store, version: str = "") -> dict[str, str]:
    return {p.name: p.sha256 for p in store.read(version).parts("rows")}


def scores(store: Store, version: str = "") -> list[float]:
    return store.read(version).frame("rows")["score"].dropna().tolist()


def test_an_empty_store_has_no_release_and_says_so(store: Store) -> None:
    assert (store.version(), list(store.releases()), list(store.verify())) == ("", [], [])
    with pytest.raises(StoreError, match=r"no release in .* yet"):
        store.read()


def test_the_newest_release_is_the_last_one_published(store: Store) -> None:
    first = store.publish(draft(202401, note="first", score=0.25))
    second = store.publish(draft(202401, 202402, note="second", score=0.5))
    assert store.version() == second > first
    assert [(r.version, r.note, r.rows) for r in store.releases()] == [(second, "second", 8), (first, "first", 4)]
    assert (scores(store), scores(store, first)) == ([0.5] * 8, [0.25] * 4)


def test_a_pinned_release_gives_the_same_answer_for_ever(store: Store) -> None:
    version = store.publish(draft(202401, 202402, documents={"k": {"a": 1}}))
    pinned, before = store.read(), store.read(version).frame("rows")
    for k in range(5):
        store.publish(draft(202402, 202403, score=k / 8, documents={"k": {"a": k + 2}}), base=store.version())
    for release in (pinned, store.read(version)):
        pd.testing.assert_frame_equal(release.frame("rows"), before)
        assert (release.document("k"), release.version) == ({"a": 1}, version)


def test_a_dashboard_learns_of_a_new_release_and_of_nothing_else(store: Store) -> None:
    assert not changed_since(store, "")
    first = store.publish(draft(202401))
    assert changed_since(store, "")
    assert not changed_since(store, first)
    store.publish(draft(202402))
    assert changed_since(store, first)


def test_appending_a_month_shares_the_files_of_the_others(store: Store) -> None:
    first = store.publish(draft(202401, 202402, documents={"grid": [0, 1], "settings": {"a": 1}}))
    second = store.publish(draft(202403, documents={"settings": {"a": 2}}), base=first)
    assert list(hashes(store)) == ["202401", "202402", "202403"]
    assert hashes(store) | hashes(store, first) == hashes(store)
    assert (store.read().document("grid"), store.read().document("settings")) == ([0, 1], {"a": 2})
    found = store.diff(first, second)
    assert (found.parts, found.documents, found.added, found.removed, found.changed) == (
        ("202403",),
        ("settings",),
        4,
        0,
        0,
    )


def test_late_outcomes_change_rows_and_add_none(store: Store) -> None:
    first = store.publish(draft(202401, 202402, label_state=np.array([3, 3, 3, 2], dtype="uint8")))
    late = draft(202402, label_state=np.array([1, 0, 0, 2], dtype="uint8"))
    found = store.diff(first, store.publish(late, base=first))
    assert (found.parts, found.added, found.removed, found.changed) == (("202402",), 0, 0, 3)
    assert {k: found.kpis[k] for k in ("negative", "positive", "unlabelled", "open")} == {
        "negative": (0, 2),
        "positive": (0, 1),
        "unlabelled": (1, 1),
        "open": (3, 0),
    }
    assert math.isnan(found.kpis["acceptance"][0])
    assert found.kpis["acceptance"][1] == 1 / 3


def test_a_restated_month_tells_rows_added_removed_and_changed(store: Store) -> None:
    first = store.publish(draft(202401))
    again = month(202401, obligation=np.array([10, 11, 20, 22]), balance=np.array([100, 600, 300, 0], dtype="float32"))
    found = store.diff(first, store.publish(Draft({"rows": {"202401": again}}, {}), base=first))
    assert (found.added, found.removed, found.changed) == (1, 1, 1)
    assert found.kpis["icv30"] == (600 / 1000, 600 / 1000)
    assert found.kpis["positive"] == (1, 1)


def test_the_overdue_ratio_counts_balances_more_than_thirty_days_past_due(store: Store) -> None:
    first = store.publish(draft(202401))
    found = store.diff(first, store.publish(draft(202401, days_past_due=np.array([0, 31, 30, 0], dtype="float32"))))
    assert found.kpis["icv30"] == (0.6, 0.2)


def test_a_release_that_says_the_same_differs_in_nothing(store: Store) -> None:
    first = store.publish(draft(202401, documents={"x": math.nan}))
    found = store.diff(first, store.publish(draft(202401, documents={"x": math.nan})))
    assert (found.parts, found.documents, found.added, found.removed, found.changed) == ((), (), 0, 0, 0)
    assert found.kpis == {}


def test_neither_the_order_of_rows_nor_of_levels_nor_the_index_changes_a_file(store: Store) -> None:
    store.publish(draft(202401))
    plain = hashes(store)
    shuffled = month(202401).iloc[[2, 0, 3, 1]]
    levels = ["Unused", "Sur", "Norte"]
    shuffled["region"] = pd.Categorical(shuffled["region"], categories=levels, ordered=True)
    store.publish(Draft({"rows": {"202401": shuffled}}, {}))
    assert hashes(store) == plain
    store.publish(draft(202401, balance=np.array([100, 200, 300, 401], dtype="float32")))
    assert hashes(store) != plain


def test_rows_are_sorted_by_client_then_obligation_and_rows_of_one_key_keep_their_order(store: Store) -> None:
    frame = pd.DataFrame({"client": [2, 1, 1, 1], "obligation": [1, 9, 3, 9], "month": 202401, "n": [0, 1, 2, 3]})
    store.publish(Draft({"rows": {"202401": frame}}, {}))
    assert store.read().frame("rows")["n"].tolist() == [2, 1, 3, 0]


def test_text_comes_back_as_categories_and_numbers_in_their_width(store: Store) -> None:
    store.publish(draft(202401, 202402))
    frame = store.read().frame("rows")
    assert frame["region"].cat.categories.tolist() == ["Norte", "Sur"]
    assert frame["region"].isna().tolist() == [False, False, False, True] * 2
    assert frame.dtypes.drop("region").astype(str).to_dict() == {
        "client": "int64",
        "obligation": "int64",
        "month": "int32",
        "label_state": "uint8",
        "balance": "float32",
        "days_past_due": "float32",
        "score": "float32",
    }
    assert frame.index.tolist() == list(range(8))


def test_a_column_that_a_part_lacks_is_missing_there(store: Store) -> None:
    base = store.publish(draft(202401, kept=np.array([1, 0, 1, 0], dtype="uint8"), channel="App"))
    store.publish(draft(202402), base=base)
    frame = store.read().frame("rows", columns=["channel", "kept", "month"])
    assert frame.columns.tolist() == ["channel", "kept", "month"]
    assert frame["kept"].dtype == pd.UInt8Dtype()
    assert frame["kept"].tolist() == [1, 0, 1, 0, pd.NA, pd.NA, pd.NA, pd.NA]
    assert frame["channel"].isna().tolist() == [False] * 4 + [True] * 4
    alone = store.read().frame("rows", columns=["kept"], parts=["202402"])["kept"]
    assert (alone.isna().tolist(), alone.dtype) == ([True] * 4, pd.UInt8Dtype())


def test_parts_come_in_the_order_asked_for_and_may_be_none(store: Store) -> None:
    store.publish(draft(202401, 202402, 202403))
    read = store.read().frame
    assert read("rows", columns=["month"], parts=["202403", "202401"])["month"].unique().tolist() == [202403, 202401]
    nothing = read("rows", columns=["region", "score"], parts=[])
    assert (len(nothing), nothing.columns.tolist(), str(nothing["score"].dtype)) == (0, ["region", "score"], "float32")


def test_a_part_without_rows_is_a_part(store: Store) -> None:
    store.publish(Draft({"rows": {"202401": month(202401).head(0), "202402": month(202402)}}, {}))
    assert [(p.name, p.rows) for p in store.read().parts("rows")] == [("202401", 0), ("202402", 4)]
    assert store.read().frame("rows")["region"].dropna().tolist() == ["Norte", "Sur", "Norte"]
    assert len(store.read().frame("rows", parts=["202401"])) == 0


def test_other_tables_keep_the_order_of_their_rows(store: Store) -> None:
    board = pd.DataFrame({"model": ["z", "a"], "auc": [0.7, 0.6]}, index=[5, 3])
    store.publish(Draft({"leaderboard": {"all": board}}, {}))
    assert store.read().tables() == ("leaderboard",)
    assert store.read().frame("leaderboard")["model"].tolist() == ["z", "a"]
    assert store.read().parts("rows") == ()


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda r: r.frame("cows"), "no table cows; it has rows"),
        (lambda r: r.frame("rows", parts=["202409"]), "no part 202409; it has 202401, 202402"),
        (lambda r: r.frame("rows", columns=["scorre"]), "no column scorre; it has balance, client"),
        (lambda r: r.document("cover"), "no document cover; it has grid"),
    ],
)
def test_what_a_release_does_not_have_is_named_beside_what_it_has(store: Store, ask: object, answer: str) -> None:
    store.publish(draft(202401, 202402, documents={"grid": []}))
    with pytest.raises(StoreError, match=answer):
        ask(store.read())  # type: ignore[operator]


def test_documents_come_back_as_they_were(store: Store) -> None:
    said = {"z": [1, 2.5, None, True], "a": {"ñ": "más", "nan": math.nan}, "n": np.float32(0.5), "t": (1, 2)}
    store.publish(Draft({}, {"said": said, "by_month": {202401: np.array([1, 2])}, "carries": {"b", "a"}}))
    back = store.read().document("said")
    assert list(back) == ["z", "a", "n", "t"]
    assert math.isnan(back["a"].pop("nan"))
    assert back == {"z": [1, 2.5, None, True], "a": {"ñ": "más"}, "n": 0.5, "t": [1, 2]}
    assert store.read().document("by_month") == {"202401": [1, 2]}
    assert store.read().document("carries") == ["a", "b"]
    assert set(store.read().documents()) == {"said", "by_month", "carries"}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (Draft({}, {}), "nothing to publish"),
        (draft(202401, region=["Norte", 3, b"x", None]), "Table rows, part 202401, column region: .* not all of one"),
        (draft(202401, documents={"card": {"model": object()}}), "Document card: .* JSON cannot say"),
        (Draft({"rows": {"202401": pd.concat([month(202401)] * 2, axis=1)}}, {}), "column.* more than once"),
        (Draft({"rows": {202401: month(202401)}}, {}), "must be named by a text; 202401 is not"),
    ],
)
def test_a_draft_that_cannot_be_stored_changes_nothing(store: Store, bad: Draft, reason: str) -> None:
    first = store.publish(draft(202401, documents={"grid": [1]}))
    with pytest.raises(StoreError, match=reason):
        store.publish(bad)
    assert (store.version(), len(store.releases()), list(store.verify())) == (first, 1, [])


def test_a_base_or_version_that_is_not_there_is_refused(store: Store) -> None:
    first = store.publish(draft(202401))
    for ask in (lambda v: store.publish(draft(202402), base=v), store.read, lambda v: store.diff(v, first)):
        with pytest.raises(StoreError, match=f"000009-abcdef01 is not in .*{first}"):
            ask("000009-abcdef01")
    assert "000009-abcdef01 is not in" in store.verify("000009-abcdef01")[0]
    with pytest.raises(StoreError, match="is not in"):
        store.read("../../etc/passwd")
    assert store.version() == first


def test_keeping_n_removes_older_releases_and_only_files_that_nobody_uses(store: Store) -> None:
    first = store.publish(draft(202401, score=0.25))
    second = store.publish(draft(202402, score=0.5), base=first)
    third = store.publish(draft(202402, score=0.75), base=second)
    dropped = store.read(second).parts("rows")[1].path
    assert list(store.keep(2)) == [first]
    assert list(store.keep(1)) == [second, dropped]
    assert [r.version for r in store.releases()] == [third]
    assert scores(store) == [0.25] * 4 + [0.75] * 4
    assert (list(store.keep(1)), list(store.verify())) == ([], [])


@pytest.mark.parametrize("n", [0, -1])
def test_the_newest_release_can_never_be_removed(store: Store, n: int) -> None:
    version = store.publish(draft(202401))
    with pytest.raises(StoreError, match="At least one release must be kept"):
        store.keep(n)
    assert store.version() == version


def test_a_release_removed_under_a_reader_says_so_at_the_next_read(store: Store) -> None:
    store.publish(draft(202401, score=0.25, documents={"k": 1}))
    pinned = store.read()
    store.publish(draft(202401, score=0.5, documents={"k": 2}))
    store.keep(1)
    for ask in (lambda: pinned.frame("rows"), lambda: pinned.document("k"), lambda: store.read(pinned.version)):
        with pytest.raises(StoreError, match=r"removed by `keep`|is not in"):
            ask()
    assert scores(store) == [0.5] * 4


def test_a_clock_that_goes_backwards_does_not_reorder_releases(tmp_path: Path) -> None:
    for kind in (lambda **k: ParquetStore(tmp_path, **k), MemoryStore):
        clock = ["2024-03-01T00:00:00+00:00"]
        store = kind(now=lambda clock=clock: clock[0])
        first = store.publish(draft(202401, score=0.25))
        clock[0] = "2019-01-01T00:00:00+00:00"
        second = store.publish(draft(202402, score=0.5), base=first)
        assert store.version() == second
        assert [(r.version, r.published_at[:4]) for r in store.releases()] == [(second, "2019"), (first, "2024")]


def test_a_whole_run_may_hold_the_store_and_publish_inside(store: Store) -> None:
    refused: list[str] = []

    def another() -> None:
        try:
            store.publish(draft(202402))
        except StoreError as error:
            refused.append(str(error))

    with store.writing():
        thread = threading.Thread(target=another)
        thread.start()
        thread.join()
        version = store.publish(draft(202401))
    assert "already writing" in refused[0]
    assert store.version() == version
    thread = threading.Thread(target=another)
    thread.start()
    thread.join()
    assert (len(refused), store.version() > version) == (1, True)


HOSTILE = [
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
    "../../etc/passwd",
    "x" * 10_000,
    "",
    " ",
    "Ñandú ☃",
    "nul\0",
]


def test_hostile_names_are_only_text(store: Store, tmp_path: Path) -> None:
    frame = pd.DataFrame({"client": range(8), "month": np.int32(202401), "region": HOSTILE})
    store.publish(Draft({"../../rows": {"/etc/x": frame}}, {"../up": {"a": HOSTILE}}))
    assert store.read().frame("../../rows")["region"].tolist() == HOSTILE
    assert store.read().document("../up") == {"a": HOSTILE}
    assert {p.name for p in tmp_path.iterdir()} <= {"store"}


def test_other_engines_read_the_parts_where_they_lie(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path)
    store.publish(draft(202401, 202402))
    release = store.read()
    files = [str(release.path(p)) for p in release.parts("rows")]
    assert all(Path(f).is_absolute() for f in files)
    query = "select region, sum(balance), count(*) from read_parquet($files) group by region order by region"
    assert duckdb.execute(query, {"files": files}).fetchall() == [("Norte", 800, 4), ("Sur", 400, 2), (None, 800, 2)]
    memory = MemoryStore()
    memory.publish(draft(202401))
    with pytest.raises(StoreError, match="held in memory and has no path"):
        memory.read().path(memory.read().parts("rows")[0])


def test_the_same_content_is_stored_once(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path)
    store.publish(draft(202401, documents={"a": 1, "b": 1}))
    store.publish(draft(202401, documents={"a": 1, "b": 1}))
    assert sorted(p.suffix for p in (tmp_path / "objects").iterdir()) == [".json", ".parquet"]


def _by_hand(before: pd.DataFrame, after: pd.DataFrame) -> tuple[int, int, int]:
    """Added, removed, changed through plain dictionaries."""

    def table(frame: pd.DataFrame) -> dict:
        found: dict = {}
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
            key, again = (row.pop("client"), row.pop("obligation"), row.pop("month")), 0
            while (key, again) in found:
                again += 1
            found[key, again] = row
        return found

    old, new = table(before), table(after)
    both = old.keys() & new.keys()
    return len(new) - len(both), len(old) - len(both), sum(old[k] != new[k] for k in both)


@pytest.mark.parametrize("seed", range(20))
def test_differences_agree_with_a_comparison_row_by_row(seed: int) -> None:
    random = np.random.default_rng(seed)

    def sample(n: int) -> pd.DataFrame:
        frame = pd.DataFrame({k: random.integers(0, 3, n) for k in ("client", "obligation", "month", "flag")})
        frame["client"] += 2**60
        frame["region"] = pd.Categorical(random.choice(["a", "b", None], n))
        frame["score"] = random.choice([0.5, np.nan, 1.0], n).astype("float32")
        return frame

    before, after = sample(int(random.integers(0, 60))), sample(int(random.integers(1, 60)))
    assert compare(before, after) == _by_hand(before, after)


def test_a_number_stored_in_another_width_is_no_change_and_large_ids_are_told_apart() -> None:
    before = month(202401, account=np.array([2**60, 2**60 + 1, 5, 6]))
    after = before.assign(label_state=before["label_state"].astype("int64"), score=before["score"].astype("float64"))
    assert compare(before, after) == (0, 0, 0)
    assert compare(before, before.assign(account=np.array([2**60 + 1, 2**60 + 1, 5, 6]))) == (0, 0, 1)
    assert compare(before, before.assign(extra=1)) == (0, 0, 4)
