"""WebSocket text frames as a server sends them (RFC 6455, 5.2): unmasked, unfragmented, uncompressed."""

TEXT = 0x81
SHORT, MEDIUM = 126, 1 << 16


def text_frame(payload: bytes) -> bytes:
    """`payload`, which is UTF-8 text, as one frame."""
    size = len(payload)
    if size < SHORT:
        return bytes((TEXT, size)) + payload
    if size < MEDIUM:
        return bytes((TEXT, 126)) + size.to_bytes(2, "big") + payload
    return bytes((TEXT, 127)) + size.to_bytes(8, "big") + payload
