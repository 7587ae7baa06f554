def letter(name, city):
    """Where is the debugger while a text of several lines is put together?"""
    address = f"""
        {name.title()}
        {city
            .upper()}
    """
    greeting = ("Dear "
                f"{name.split()[0]!r}"
                ",\n")
    body = '''it said "hello",
\tand then it said:
''' """ \\o/ """
    lines = [line.strip() for line in address.splitlines() if line.strip()]
    return "\n".join(lines), greeting + body
