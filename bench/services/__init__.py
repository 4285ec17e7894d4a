"""The services under load (`python -m bench.services.load`) and over a week of the chain (`... .week`).

Both run in `.venv`, with localnet and the services in processes of their own; a process's own seconds of CPU and its
memory are told beside the wall clock's, since other work on the machine lengthens only the latter.
"""
