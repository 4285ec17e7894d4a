"""`python -m gridtokenx.demo`."""

from gridtokenx.demo.run import run_demo

raise SystemExit(run_demo())
