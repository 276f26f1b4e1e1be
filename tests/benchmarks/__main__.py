"""All benchmarks, one after the other: ``python -m tests.benchmarks``. Each prints itself beside its peer."""

import sys

from tests.benchmarks import bench_append, bench_cluster, bench_start, bench_table

for module in (bench_start, bench_cluster, bench_append, bench_table):
    print(f"running {module.__name__} ...", file=sys.stderr)
    for row in module.rows():
        print("  ".join(f"{cell:<42}" for cell in row).rstrip())
    print()
