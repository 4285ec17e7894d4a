"""Functions of sequences of any type T, written in the language itself."""

from seahorse.prelude.values import *


def first_or(default: T, items: List[T]) -> T:
    if len(items) > 0:
        return items[0]
    return default


def least_or(default: T, items: List[T]) -> T:
    if len(items) > 0:
        return min(items)
    return default


def greatest_or(default: T, items: List[T]) -> T:
    if len(items) > 0:
        return max(items)
    return default


def total(start: T, items: List[T]) -> T:
    total = start
    for item in items:
        total += item
    return total


def product(start: T, items: List[T]) -> T:
    total = start
    for item in items:
        total *= item
    return total
