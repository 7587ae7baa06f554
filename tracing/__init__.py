"""What a program did. Standard library only.

`program` is a thing to run, `limits` bound the run, `rejection` is a program that cannot be used;
`sandbox` runs programs apart from us, with `capture` inside the child, and gives a `trace`, which
`codec` makes bytes of. `states` is the tree over a trace and the moves of a debugger on it;
`trajectories` are walks through that tree.
"""
