"""JSON values as trees of named rows, the one shape in which the page shows decoded data."""

from typing import Any, cast


def json_rows(value: Any) -> list[dict[str, Any]]:
    """Rows {name, type, value | parts} of an object's members or a list's items."""
    if isinstance(value, dict):
        return [_row(str(name), item) for name, item in cast(dict[str, Any], value).items()]
    if isinstance(value, list):
        return [_row(str(index), item) for index, item in enumerate(cast(list[Any], value))]
    return [_row("value", value)]


def _row(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, dict | list) and value:
        return {"name": name, "type": "", "parts": json_rows(cast(Any, value))}
    return {"name": name, "type": "", "value": value if value != {} else None}
