"""What lies in the rows of a built directory, for people.

rows      Row and document as they are shown: texts of tokens, roles, what learns
terminal  the same in colours
page      the same as one self-contained HTML page
command   `python -m pipeline inspect`
"""
