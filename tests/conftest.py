"""Settings of all tests: in CI, Hypothesis tries the same examples each time, so that only a change makes a test fail.

LLVM checks every module that a test compiles, which a build does not wait for.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("ci", derandomize=True, suppress_health_check=[HealthCheck.too_slow])
os.environ.setdefault("SEAHORSE_VERIFY", "1")
if "CI" in os.environ:
    settings.load_profile("ci")
