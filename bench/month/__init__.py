"""A month of a campus market against a localnet: readings, mints, orders, settlements, certificates, and the audit.

The peer's simulation (BENCHMARKS.md of 2026-07, on an Apple M2 against solana-test-validator) had 80 meters, 12 of them
solar, and 30 days of quarter-hours: 230,400 readings, 2,396 orders, 433 mints, 353 settlements and 12 certificates in
1,394.7 s, 212.9 readings a second.

    .venv/bin/python -m bench.month [--days 30] [--meters 80] [--solar 12]
"""
