"""A library module that the failing programs import."""

from seahorse.prelude import *


class Shared(Event):
    n: u64


def double(n: u64) -> u64:
    return n * 2
