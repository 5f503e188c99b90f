"""The twenty golden cases: expected values derived by hand or by exact fractions, in the shared folder."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from data.policy_sums import policy_bins
from monitoring import (
    calibration,
    causal,
    decomposition,
    discrimination,
    drift,
    holding,
    intervals,
    metrics,
    migration,
    outcomes,
    ranking,
    rates,
)
from monitoring.simulator import policy_icv


def _discrimination(i: dict) -> dict:
    a, k = discrimination.auc(i["n_pos"], i["n_neg"]), discrimination.ks(i["n_pos"], i["n_neg"])
    return {
        "auc": a.value, "se": a.se, "auc_min": a.least, "auc_max": a.most, "ci_lo": a.low, "ci_hi": a.high,
        "gini": metrics.gini(a.value), "ks": k.value, "ks_min": k.least, "ks_max": k.most,
        "average_precision": discrimination.average_precision(i["n_pos"], i["n_neg"]),
        "status": "undefined" if math.isnan(a.value) else "ok", "reason": a.reason.replace("_", " "),
    }  # fmt: skip


def _brier(i: dict) -> dict:
    b = calibration.brier_parts(i["n"], i["n_pos"], s1=i["sum_p"], s2=i["sum_p2"], s1_pos=i["sum_py"])
    return {
        "brier": b.brier, "reliability": b.reliability, "resolution": b.resolution, "uncertainty": b.uncertainty,
        "within_bin_variance": b.within_variance, "within_bin_covariance": b.within_covariance, "bss": b.skill,
    }  # fmt: skip


def _spiegelhalter(i: dict) -> dict:
    t = calibration.spiegelhalter(i["n_pos"], s_pos=i["power_sums_pos"], s_neg=i["power_sums_neg"])
    return {"z": t.statistic, "p_value": t.p}


def _jeffreys(i: dict) -> dict:
    limits = {f"ci_{x}_of_{n}": [float(v) for v in intervals.jeffreys(x, n)] for x, n in i["cases"]}
    limits["ci_0_of_0"] = math.nan if all(map(math.isnan, limits["ci_0_of_0"])) else 0
    return {**limits, "p_under_3_of_10_vs_0_2": float(intervals.jeffreys_test(3, 10, predicted=i["p0"]).p_under)}


def _hosmer_lemeshow(i: dict) -> dict:
    t = calibration.hosmer_lemeshow(i["n"], i["n_pos"], s1=i["sum_p"])
    return {"chi2": t.statistic, "df": t.df, "p_value": t.p}


def _ece(i: dict) -> dict:
    e = calibration.ece(i["n"], i["n_pos"], s1=i["sum_p"])
    return {"ece": e.value, "noise_floor": e.noise_floor, "mce": e.worst, "rmsce_debiased": e.rms_debiased}


def _psi(i: dict) -> dict:
    p = drift.psi(i["actual"], i["expected"], floor=i.get("floor", 1e-4))
    found = {"psi": p.psi, "p_value": p.p, "crit95": p.critical, "corrected": p.corrected}
    return {**found, "bins": p.bins, "floored": p.floored}


def _errors(i: dict) -> dict:
    m = rates.matrix(i["n_pos"], i["n_neg"], first=i["contact_from_bin"])
    r = rates.rates(m)
    value, cost = i["value_per_success_cop"], i["cost_per_contact_cop"]
    return {
        "tp": m.tp, "fp": m.fp, "fn": m.fn, "tn": m.tn, "precision": r.precision, "fdr": r.fdr, "fpr": r.fpr,
        "recall": r.recall, "contacts_per_success": r.contacts_per_success, "threshold": cost / value,
        "net_value": float(ranking.net_value(m.tp, m.flagged, value=value, cost=cost)),
    }  # fmt: skip


def _gain(i: dict) -> dict:
    found = ranking.gains(i["n_pos"], i["n_neg"], fractions=i["fractions"])
    return {"gain": {str(g.fraction): g.gain for g in found}, "lift": {str(g.fraction): g.lift for g in found}}


def _kitagawa(i: dict) -> dict:
    k = decomposition.kitagawa(i["w0"], i["icv0"], w1=i["w1"], r1=i["icv1"])
    return {"rate": k.rate, "mix": k.mix, "total": k.total, "rate_sum": k.rate.sum(), "mix_sum": k.mix.sum()}


def _shapley(i: dict) -> dict:
    without, tau = i["icv1_without_model"], i["model_effect"]
    k = decomposition.shapley(i["w0"], i["icv0"], w1=i["w1"], r1_without=without, tau=tau)
    return {"mix": k.mix, "rate": k.rate, "model": k.model, "total": k.total}


def _icv(i: dict) -> dict:
    b = i["balance"]
    gross, late = sum(b.values()), [b[k] for k in ("31-60", "61-90", "91-120", "121+")]
    empty = i["empty_portfolio"]
    return {
        "icv30": float(metrics.overdue_ratio(sum(late), gross)),
        "icv90": float(metrics.overdue_ratio(sum(late[2:]), gross)),
        "icv_with_writeoffs": float(
            metrics.overdue_ratio_with_writeoffs(sum(late), gross, written_off=i["written_off_stock"])
        ),
        "icv_empty": float(metrics.overdue_ratio(empty["overdue"], empty["gross"])),
        "hhi_of_overdue": metrics.concentration(late).hhi,
    }


def _migration(i: dict) -> dict:
    moves = i["counts"]
    (up, down), z = migration.weighted_bandwidth(moves), migration.monotonicity_z(moves)
    return {
        "matrix": migration.shares(moves), "roll_1_to_2": migration.roll_rates(moves)[1],
        "cure_1": migration.cure_rates(moves)[1], "mwb_upper": up, "mwb_lower": down,
        "z_0_1": z[0, 1], "z_2_1": z[2, 1],
    }  # fmt: skip


def _arms(i: dict) -> dict:
    def one(part: dict, client: list) -> dict:
        y = part["outcome"]
        a = causal.arm_difference(y, np.ones(len(y)), treated=part["treated"], client=client)
        means = {"mean_treated": a.treated, "mean_control": a.control}
        return {"diff": a.difference.value, "se": a.difference.se, **means}

    return {**one(i, list(range(8))), "clustered": one(i["clustered"], i["clustered"]["client"])}


def _aipw(i: dict) -> dict:
    given = {k: i[k] for k in ("e", "m1", "m0")}
    ate, scores = causal.aipw(i["y"], i["d"], **given)
    p = i["policy"]
    sums = policy_bins(i["y"], i["d"], **given, weight=p["balance"], bins=p["ordering_bin"], count=2)
    icv = policy_icv(sums, p["take_by_bin"], overdue_outside=p["overdue_outside"], gross=p["gross"])
    policy = {"b1": sums.b1, "b0": sums.b0, "r1": sums.r1, "r0": sums.r0, "icv": icv.icv.value, "se": icv.icv.se}
    policy |= {"icv_none": icv.icv_none, "change": icv.change.value, "se_change": icv.change.se}
    return {"scores": scores, "ate": ate.value, "se": ate.se, "policy": policy}


def _monitoring(i: dict) -> dict:
    done, se_done = outcomes.completion(i["delay_counts"], i["age_months"])
    cast = outcomes.nowcast(i["reported_positives"], done=done, se_done=se_done)
    lives = i["vintage_at_risk"], i["vintage_events"]
    incidence, se = 1 - holding.survival(*lives)[1:], holding.error(*lives)[1:]
    found = {"bh_q": intervals.false_discovery(i["p_values"]), "completion_F": done, "nowcast": cast.value}
    return {**found, "nowcast_se": cast.se, "cumulative_incidence": incidence, "km_se": se}


SOLVERS: dict[str, Callable[[dict], dict]] = {
    **dict.fromkeys(("G01", "G02", "G03", "G04"), _discrimination),
    "G05": _brier, "G06": _spiegelhalter, "G07": _jeffreys, "G08": _hosmer_lemeshow, "G09": _ece, "G10": _psi,
    "G11": _psi, "G12": _errors, "G13": _gain, "G14": _kitagawa, "G15": _shapley, "G16": _icv, "G17": _migration,
    "G18": _arms, "G19": _aipw, "G20": _monitoring,
}  # fmt: skip


def _agree(found: object, expected: object, tolerance: float, where: str) -> None:
    if isinstance(expected, dict):
        for key, value in expected.items():
            _agree(found[key], value, tolerance, f"{where}.{key}")  # type: ignore[index]
    elif isinstance(expected, list):
        assert len(found) == len(expected), where  # type: ignore[arg-type]
        for k, value in enumerate(expected):
            _agree(found[k], value, tolerance, f"{where}[{k}]")  # type: ignore[index]
    elif expected is None:
        assert math.isnan(found), where  # type: ignore[arg-type]
    elif isinstance(expected, str):
        assert found == expected, where
    else:
        assert abs(found - expected) <= tolerance * max(1, abs(expected)), f"{where}: {found} is not {expected}"  # type: ignore[operator]


@pytest.mark.parametrize("case_id", sorted(SOLVERS))
def test_a_golden_case_comes_out_as_derived_by_hand(case_id: str, shared: Path) -> None:
    cases = json.loads((shared / "golden" / "golden.json").read_text(encoding="utf-8"))["cases"]
    case = next(c for c in cases if c["id"] == case_id)
    _agree(SOLVERS[case_id](case["input"]), case["expected"], case["tolerance"], case_id)


def test_no_golden_case_is_left_out(shared: Path) -> None:
    cases = json.loads((shared / "golden" / "golden.json").read_text(encoding="utf-8"))["cases"]
    assert {c["id"] for c in cases} == set(SOLVERS)
