"""The whole life of the market on one day of campus data: `python -m gridtokenx.demo`."""
