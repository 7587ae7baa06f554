### open_brackets | syntax error
## generated:
return "(" * 100_000

### nested_brackets | syntax error, memory, normal
## generated:
return "x = " + "(" * 90 + "1" + ")" * 90 + "\ny = " + "[" * 100_000 + "]" * 100_000

### nested_unary | syntax error, memory
## generated:
return "x = " + "-" * 200_000 + "1"

### nested_not | syntax error, memory
## generated:
return "x = " + "not " * 100_000 + "1"

### nested_calls | syntax error, memory
## generated:
return "x = " + "f(" * 50_000 + ")" * 50_000

### nested_attributes | syntax error, memory, error
## generated:
return "x = a" + ".a" * 200_000

### nested_subscripts | syntax error, memory, error
## limits: cpu_seconds=5 wall_seconds=7
## generated:
return "x = a" + "[0]" * 200_000

### nested_lambdas | syntax error, memory, normal
## generated:
return "x = " + "lambda: " * 50_000 + "1"

### nested_conditions | syntax error, memory
## generated:
return "x = " + "1 if 1 else " * 100_000 + "1"

### nested_operators | syntax error, memory, normal
## generated:
return "x = " + "1 + " * 200_000 + "1"

### nested_powers | syntax error, memory
## generated:
return "x = " + "1 ** " * 100_000 + "1"

### nested_formatted_texts | syntax error
## generated:
return "x = " + "f'{" * 200 + "1" + "}'" * 200

### nested_blocks | syntax error
## generated:
return "".join(" " * depth + "if 1:\n" for depth in range(150)) + " " * 150 + "pass"

### nested_functions | syntax error, normal
## generated:
return "".join(" " * depth + "def f():\n" for depth in range(99)) + " " * 99 + "pass"

### nested_loops | syntax error
## generated:
return "".join(" " * depth + "for x in x:\n" for depth in range(30)) + " " * 30 + "pass"

### nested_comprehensions | syntax error, memory, normal
## generated:
return "x = " + "[" * 60 + "1" + " for x in [1]]" * 60

### nested_patterns | syntax error, memory, normal
## generated:
return "match 1:\n case " + "[" * 5_000 + "]" * 5_000 + ": pass"

### long_chain_of_branches | syntax error, memory
## generated:
return "if 0: pass\n" + "elif 0: pass\n" * 100_000

### deep_tree_of_wide_constants | syntax error, memory, normal, time
## generated:
return "x = " + "(" * 50 + "1," * 100_000 + ")," * 50

### folded_text | memory, normal, syntax error
## holds: what the compiler folds stays small
## generated:
return "x = 'x' * 4096 * 4096 * 4096 * 4096"

### folded_power | time, memory, syntax error
## generated:
return "x = 9 ** 9 ** 9 ** 9"

### folded_shift | error, memory
## generated:
return "x = 1 << (1 << 60)"

### long_number | syntax error
## generated:
return "x = " + "9" * 1_000_000

### long_hexadecimal_number | normal
## generated:
return "x = 0x" + "f" * 1_000_000

### long_line | normal
## holds: a line of a megabyte
## generated:
return "x = '" + "y" * (1 << 20) + "'"

### long_line_of_code | normal, memory, time, trace size
## generated:
return "x = 1; " * 150_000

### long_name | normal
## generated:
return "x" * (1 << 20) + " = 1"

### million_lines | normal
## limits: memory=1073741824 cpu_seconds=20 wall_seconds=30
## holds: most of them are empty
## generated:
return "x = 1" + "\n" * 1_000_000 + "y = 2"

### million_lines_of_code | normal, memory, time, never
## generated:
return "x = 1\n" * 1_000_000

### many_names | normal, memory, time, trace size
## generated:
return "\n".join(f"x{number} = {number}" for number in range(1_500))

### many_constants | normal, memory
## limits: cpu_seconds=5 wall_seconds=7
## generated:
return "x = [" + ", ".join(map(str, range(200_000))) + "]"

### many_arguments | normal, memory
## generated:
names = ", ".join(f"a{number}" for number in range(20_000))
return f"def f({names}):\n    return 1\nx = f(*range(20_000))"

### many_functions | normal, memory
## generated:
return "\n".join(f"def f{number}(): pass" for number in range(300))

### many_decorators | normal, error, memory, syntax error
## generated:
return "@callable\n" * 1_000 + "def f(): pass"

### backslashes | normal, syntax error
## generated:
return "x = " + "1 + \\\n" * 500 + "1"

### bomb_at_run_time | error, killed, memory
## holds: the same from within
compile("(" * 100_000, "x", "exec")

### bomb_of_trees | error, killed, memory
## holds: a tree that no text has
import ast

tree = ast.Constant(1)
for _ in range(20_000):
    tree = ast.UnaryOp(ast.USub(), tree)
compile(ast.fix_missing_locations(ast.Expression(tree)), "x", "eval")

### bomb_in_arguments | bad arguments
## entry: f
## generated:
return "def f(x):\n    return x", "(" * 100_000

### bomb_of_literals | error, memory
import ast

ast.literal_eval("(" * 50_000)

### bomb_of_patterns | error, memory
import re

re.compile("(" * 50_000)

### bomb_of_json | error, memory
import json

json.loads("[" * 500_000)

### bomb_of_pickle | error, normal, killed
import pickle

items = []
for _ in range(40_000):
    items = [items]
pickle.dumps(items)
