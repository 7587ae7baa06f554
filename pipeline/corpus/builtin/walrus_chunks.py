import io


def hex_dump(data: bytes, width: int = 8) -> list[str]:
    """The loop ends where read() gives nothing; `chunk` is assigned in the condition itself."""
    stream = io.BytesIO(data)
    lines = []
    offset = 0
    while chunk := stream.read(width):
        codes = chunk.hex(" ")
        text = "".join(chr(b) if 32 <= b < 127 else "." for b in chunk)
        lines.append(f"{offset:04x}  {codes:<{3 * width}} {text}")
        offset += len(chunk)
    return lines
