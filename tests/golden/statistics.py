"""Golden statistics from NumPy 2, an independent implementation.

`python statistics.py > statistics.json`
"""

import json

import numpy as np

rng = np.random.default_rng(20260206)
samples = {
    "one value": np.array([3.25]),
    "two values": np.array([1.0, 4.0]),
    "all equal": np.full(9, 0.7),
    "log-normal": rng.lognormal(1.0, 0.6, 101),
    "two modes": np.concatenate([rng.normal(3, 0.1, 40), rng.normal(6, 0.2, 20)]),
    "large and close": 1e9 + rng.normal(0, 1, 50),
    "one far outlier": np.concatenate([rng.normal(5, 0.1, 60), [50.0]]),
}
golden = []
for name, sample in samples.items():
    deviation = float(np.std(sample, ddof=1)) if len(sample) > 1 else None
    golden.append(
        {
            "name": name,
            "sample": sample.tolist(),
            "mean": float(np.mean(sample)),
            "standardDeviation": deviation,
            "median": float(np.median(sample)),
            "p95": float(np.quantile(sample, 0.95)),
            "p99": float(np.quantile(sample, 0.99)),
            "outliers": 0
            if deviation is None
            else int(np.sum(np.abs(sample - np.mean(sample)) > 3 * deviation)),
        }
    )
print(json.dumps(golden))
