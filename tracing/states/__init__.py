"""What a trace looks like to a debugger.

`tree` makes columns of a trace that say where moves lead; `places` says where breakpoints stop;
`syntax` tells statements and blocks by their tokens; `scopes` are parts of a trace as traces;
`moves` are the actions (`actions`) themselves, forward and inverse; `view` is one state as a
debugger meets it.
"""
