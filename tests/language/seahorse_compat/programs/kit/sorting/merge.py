from seahorse.prelude import *


def merge(left: List[i64], right: List[i64]) -> List[i64]:
    merged: List[i64] = []
    i = 0
    j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    return merged + left[i:] + right[j:]


def sort(values: List[i64]) -> List[i64]:
    parts = [[v] for v in values]
    while len(parts) > 1:
        joined: List[List[i64]] = []
        for k in range(0, len(parts), 2):
            if k + 1 < len(parts):
                joined.append(merge(parts[k], parts[k + 1]))
            else:
                joined.append(parts[k])
        parts = joined
    if len(parts) == 0:
        return []
    return parts[0]
