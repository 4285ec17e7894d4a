"""Functions of sequences of any type T, written in the language itself."""

from seahorse.prelude.values import *


def first_or(items: List[T], default: T) -> T:
    if len(items) > 0:
        return items[0]
    return default


def least_or(items: List[T], default: T) -> T:
    if len(items) > 0:
        return min(items)
    return default


def greatest_or(items: List[T], default: T) -> T:
    if len(items) > 0:
        return max(items)
    return default


def product(items: List[T], start: T) -> T:
    total = start
    for item in items:
        total *= item
    return total
