### mark_in_front | normal
## generated:
return "\ufeffx = 1"

### two_marks | syntax error
## generated:
return "\ufeff\ufeffx = 1"

### mark_inside | syntax error
## generated:
return "x = 1\n\ufeffy = 2"

### carriage_returns | normal
## lines: 1 2
## generated:
return "x = 1\r\ny = 2\r\n"

### old_line_ends | normal
## lines: 1 2
## generated:
return "x = 1\ry = 2\r"

### mixed_line_ends | normal
## lines: 1 2 3
## generated:
return "x = 1\ry = 2\r\nz = 3\n"

### form_feed | normal
## lines: 1 3
## generated:
return "x = 1\n\f\ny = 2"

### form_feed_in_line | normal
## lines: 1 2
## generated:
return "x = 1\n\fy = 2"

### vertical_tab | syntax error
## generated:
return "x = 1\n\vy = 2"

### separators_in_texts | normal
## holds: only a line feed ends a line
## lines: 1 2
## generated:
return "x = 'a\u2028b\u2029c\x85d\x1ce\x0bf\x0cg'\ny = 2"

### carriage_return_in_text | normal
## lines: 1 3
## generated:
return "x = '''a\rb'''\ny = 2"

### null | syntax error
## generated:
return "x = 1\0\ny = 2"

### null_in_text | syntax error
## generated:
return "x = '\0'"

### null_in_comment | syntax error
## generated:
return "# \0\nx = 1"

### null_alone | syntax error
## generated:
return "\0"

### null_in_arguments | bad arguments
## entry: f
## generated:
return "def f(x):\n    return x", "'\0'"

### space_in_entry | entry not found
## entry: f x
def f():
    return 1

### surrogate | syntax error
## holds: a source that cannot be written is not run
## generated:
return "x = '\ud800'"

### surrogate_in_comment | syntax error
## generated:
return "# \ud800\nx = 1"

### surrogate_in_arguments | bad arguments, syntax error
## entry: f
## generated:
return "def f(x):\n    return x", "'\ud800'"

### surrogate_in_input | normal, error
## stdin: 'a\ud800\n'
text = input()

### cookie | normal
## holds: the text is text already; what it says of bytes does not count
## shows: x = "'é'"
## generated:
return "# -*- coding: latin-1 -*-\nx = 'é'"

### cookie_that_changes_comments | normal
## shows: x = '1'
## lines: 2 4
## generated:
return "# -*- coding: utf-7 -*-\nx = 1\n#+AAo-x = 2\ny = 3"

### cookie_of_escapes | normal
## lines: 2 4
## generated:
return "# coding: raw_unicode_escape\nx = 1\n#\\u000ax = 2\ny = 3"

### cookie_unknown | normal, syntax error
## generated:
return "# coding: no-such-encoding\nx = 1"

### nothing | normal
## generated:
return ""

### line_ends_alone | normal
## generated:
return "\n" * 1_000

### comment_alone | normal
# nothing else

### white_space_alone | normal, syntax error
## generated:
return " \t \n"

### tab_and_spaces | syntax error
## generated:
return "if 1:\n\tx = 1\n        y = 2"

### open_text | syntax error
x = '''

### no_end_of_line | normal
## generated:
return "x = 1"

### backslash_at_end | syntax error
## generated:
return "x = 1 + \\"

### strange_names | normal
## holds: a name is what the compiler makes of it
## shows: fi = '1'
## generated:
return "ﬁ = 1\nother = fi"

### bidirectional | normal
## generated:
return "x = 1 # \u202e dne \u2066\ny = 2"

### markers | normal
# <|end_of_text|><|frame_sep|>
x = "<|trace_end|>"

### future_strange | syntax error
from __future__ import braces

### future_inherited | normal
## holds: the recorder's own future statements are not the program's
## stdout: '<class \'int\'>\n'
def show(x: int):
    return x


print(show.__annotations__["x"])

### return_outside | syntax error
return 1

### main_taken | normal
## holds: the wrapper takes a name that is free
## entry: f
def main():
    raise SystemExit(3)


main_1 = main


def f():
    return 1

### main_hidden | normal
## holds: a name is free where no spelling of it is taken
## entry: f
def ｍain():
    raise SystemExit(3)


def f():
    return 1

### main_by_globals | normal, tampered
## entry: f
## shows: x = '1'
globals()["main"] = 3


def f():
    x = 1
    return x

### entry_missing | entry not found
## entry: g
def f():
    return 1

### entry_is_code | entry not found
## entry: f() or g
def f():
    return 1

### entry_that_calls | entry not found
## entry: __import__('os').system('id') or f
def f():
    return 1

### arguments_that_close | bad arguments
## entry: f
## args: 1); print(2
def f(*anything):
    return 1

### arguments_that_comment | bad arguments
## entry: f
## args: 1) #
def f(*anything):
    return 1

### arguments_of_lines | bad arguments, normal
## entry: f
## args: 1,\n2
def f(*anything):
    return 1

### arguments_that_call | normal, error
## entry: f
## args: *range(3), **{"a": 1}
def f(*anything, **named):
    return 1

### arguments_that_recur | bad arguments
## entry: f
## args: f(f(f(f(1))
def f(x):
    return x

### arguments_that_exit | error, normal
## entry: f
## args: exit()
def f(x):
    return x

### built_ins_replaced | normal, error
## generated:
return "__builtins__ = {}\nx = 1"

### documentation_deleted | normal
del __name__, __doc__, __file__
x = 1
