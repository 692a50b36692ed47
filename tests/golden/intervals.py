"""Golden values from SciPy 1 and NumPy 2: `python intervals.py > intervals.json`."""

import json
from itertools import combinations_with_replacement, product
from math import factorial

import numpy as np
from scipy import optimize, stats

rng = np.random.default_rng(20261123)


def student() -> list[dict[str, float]]:
    # SciPy itself loses digits above 1e4 degrees of freedom.
    return [
        {"p": p, "df": df, "t": float(stats.t.ppf(p, df))}
        for df, p in product(
            [1, 2, 2.7, 4, 9.5, 30, 1e4], [1e-9, 0.001, 0.025, 0.4, 0.5, 0.9, 0.975, 0.9999]
        )
    ]


def normal() -> list[dict[str, float]]:
    return [
        {"z": z, "p": float(stats.norm.cdf(z))}
        for z in [-8, -5, -3.1, -3, -2.9, -1, -0.1, 0, 0.3, 1.96, 2.99, 3.01, 6]
    ]


def levels() -> list[dict[str, object]]:
    rows = []
    for count, confidence in product([2, 3, 5, 12], [0.9, 0.95, 0.99]):
        values = rng.lognormal(2, 0.3, count)
        logs = np.log(values)
        low, high = stats.t.interval(confidence, count - 1, loc=logs.mean(), scale=stats.sem(logs))
        rows.append(
            {
                "values": values.tolist(),
                "confidence": confidence,
                "value": float(stats.gmean(values)),
                "low": float(np.exp(low)),
                "high": float(np.exp(high)),
            }
        )
    return rows


def means() -> list[dict[str, object]]:
    """Returns the interval of the mean of two independent samples, from SciPy's Welch interval."""
    rows = []
    for first, second in [(5, 5), (3, 12), (8, 4)]:
        a, b = rng.normal(0.2, 0.05, first), rng.normal(0.5, 0.2, second)
        # The mean of a and b is half the difference of a and -b.
        found = stats.ttest_ind(a, -b, equal_var=False).confidence_interval(0.95)
        rows.append(
            {
                "a": a.tolist(),
                "b": b.tolist(),
                "low": float(np.exp(found.low / 2)),
                "high": float(np.exp(found.high / 2)),
            }
        )
    return rows


def pooled() -> list[dict[str, object]]:
    """Computes the exact bootstrap over processes: every multiset has its multinomial weight."""
    rows = []
    for sizes, probability in [((4, 6, 5), 0.5), ((9, 9, 9, 9), 0.5), ((30, 20, 25, 40, 35), 0.95)]:
        processes = [np.sort(rng.lognormal(rng.normal(1, 0.1), 0.2, size)) for size in sizes]
        count = len(processes)
        values, weights = [], []
        for drawn in combinations_with_replacement(range(count), count):
            values.append(
                np.log(
                    np.quantile(np.concatenate([processes[index] for index in drawn]), probability)
                )
            )
            ways = factorial(count)
            for index in range(count):
                ways //= factorial(drawn.count(index))
            weights.append(ways / count**count)
        average = np.average(values, weights=weights)
        rows.append(
            {
                "processes": [process.tolist() for process in processes],
                "probability": probability,
                "value": float(np.quantile(np.concatenate(processes), probability)),
                "logDeviation": float(
                    np.sqrt(np.average((np.array(values) - average) ** 2, weights=weights))
                ),
            }
        )
    return rows


def effects() -> list[dict[str, float]]:
    """Finds the noncentrality at which a one-sided t test has the given power."""
    rows = []
    for blocks, power in product([2, 3, 5, 10, 36], [0.8, 0.9]):
        df = blocks - 1
        critical = stats.t.ppf(0.975, df)
        low, high = 0.0, 20 * critical
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (
                (middle, high) if stats.nct.sf(critical, df, middle) < power else (low, middle)
            )
        rows.append(
            {
                "blocks": blocks,
                "power": power,
                "effect": float(np.expm1(0.01 + low * 0.04 / np.sqrt(blocks))),
            }
        )
    return rows


def trends() -> list[dict[str, object]]:
    rows = []
    for series in [
        rng.normal(0, 1, 10),
        np.linspace(5, 3, 12) + rng.normal(0, 0.3, 12),
        np.array([1, 1, 2, 2, 2, 3, 1, 4, 4, 5.0]),
        rng.normal(3, 0.2, 60),
    ]:
        # Kendall's S comes from tau-b, whose denominators are known. Its p has the same continuity
        # correction.
        count = len(series)
        s = sum(np.sign(series[j] - series[i]) for i in range(count) for j in range(i + 1, count))
        ties = np.unique(series, return_counts=True)[1]
        variance = (
            count * (count - 1) * (2 * count + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)
        ) / 18
        z = (s - np.sign(s)) / np.sqrt(variance)
        pairs = count * (count - 1) / 2
        tied = sum(t * (t - 1) / 2 for t in ties)
        tau = stats.kendalltau(np.arange(count), series).statistic
        assert abs(tau - s / np.sqrt(pairs * (pairs - tied))) < 1e-12
        rows.append(
            {
                "series": series.tolist(),
                "s": float(s),
                "z": float(z),
                "p": float(2 * stats.norm.sf(abs(z))),
            }
        )
    return rows


def quarters() -> list[dict[str, object]]:
    rows = []
    for series in [
        rng.normal(0, 1, 20),
        np.repeat([1.0, 3, 3, 1], 6) + rng.normal(0, 0.2, 24),
        rng.integers(0, 4, 32).astype(float),
    ]:
        found = stats.kruskal(*np.split(series, 4))
        rows.append(
            {"series": series.tolist(), "h": float(found.statistic), "p": float(found.pvalue)}
        )
    return rows


def deviations() -> list[dict[str, object]]:
    rows = []
    for sample in [
        rng.normal(5, 1, 50),
        np.concatenate([rng.normal(5, 0.1, 30), [9, 1, 20]]),
        np.array([1, 1, 1, 1, 5.0]),
    ]:
        mad = stats.median_abs_deviation(sample)
        scores = (
            0.6745 * np.abs(sample - np.median(sample)) / mad if mad > 0 else np.zeros(len(sample))
        )
        rows.append({"sample": sample.tolist(), "outliers": int(np.sum(scores > 3.5))})
    return rows


def lines() -> list[dict[str, object]]:
    """Returns a base and a slope under relative noise, from SciPy's weighted curve fit."""
    rows = []
    for sizes, base, slope in [
        ((0, 10, 25, 50, 100), 2.2, 0.0235),
        ((10, 100, 1000, 3000, 10000), 0.59, 0.0037),
    ]:
        logs = [rng.normal(np.log(base + slope * size), 0.03, 5) for size in sizes]
        y = np.exp([values.mean() for values in logs])
        freedom = 4 * len(sizes)
        error = np.sqrt(np.mean([np.var(values, ddof=1) for values in logs]) / 5)
        expected = y
        for _ in range(8):
            found, covariance = optimize.curve_fit(
                lambda x, a, b: a + b * x,
                np.array(sizes, float),
                y,
                p0=(base, slope),
                sigma=error * expected,
                absolute_sigma=True,
            )
            expected = found[0] + found[1] * np.array(sizes)
        half = np.sqrt(np.diag(covariance)) * stats.t.ppf(0.975, freedom)
        rows.append(
            {
                "points": [
                    {"size": size, "values": np.exp(values).tolist()}
                    for size, values in zip(sizes, logs, strict=True)
                ],
                "base": [float(found[0]), float(found[0] - half[0]), float(found[0] + half[0])],
                "slope": [float(found[1]), float(found[1] - half[1]), float(found[1] + half[1])],
            }
        )
    return rows


def components() -> list[dict[str, object]]:
    """Analyses variance one-way, with random effects."""
    blocks = [rng.normal(rng.normal(0, 0.05), 0.1, 12) for _ in range(8)]
    within = float(np.mean([np.var(block, ddof=1) for block in blocks]))
    f = stats.f_oneway(*blocks).statistic
    return [
        {
            "blocks": [block.tolist() for block in blocks],
            "within": within,
            "between": float(max(0.0, (f - 1) * within / 12)),
        }
    ]


def totals() -> list[dict[str, object]]:
    """Returns the interval of a ratio of sums, from the covariance of its parts (delta method)."""
    rows = []
    for count in [2, 3, 5, 12]:
        over = rng.lognormal(3, 0.4, count)
        amount = over * rng.lognormal(1, 0.2, count)
        (var_a, cov), (_, var_o) = np.cov(amount, over)
        mean_a, mean_o = amount.mean(), over.mean()
        variance = var_a / mean_a**2 + var_o / mean_o**2 - 2 * cov / (mean_a * mean_o)
        half = np.sqrt(variance / count) * stats.t.ppf(0.975, count - 1)
        value = amount.sum() / over.sum()
        rows.append(
            {
                "amounts": amount.tolist(),
                "overs": over.tolist(),
                "value": float(value),
                "low": float(value * np.exp(-half)),
                "high": float(value * np.exp(half)),
            }
        )
    return rows


made = (
    student,
    normal,
    levels,
    means,
    pooled,
    effects,
    trends,
    quarters,
    deviations,
    components,
    totals,
    lines,
)
print(json.dumps({make.__name__: make() for make in made}))
