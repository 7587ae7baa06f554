"""What runs inside the child that runs a program: the only code there beside the program's own.

It imports the standard library and its own folder, nothing else of the project: `__main__` loads it
under a private name, so that a program that says `import tracing` finds nothing.

- `__main__` / `server`: the fork server, one child for each program, forked from its `template`,
  in whose memory there is `room` for new objects
- `program`: one program from its source text to its record
- `context`: CODE, the text that is compiled, and the wrapper `main`
- `tracer`: the trace function; `wire`: columns to bytes
- `values`: texts of values, of which `objects` has those that are not told at once, and `graphs`
  those of instances that need not be told anew
- `inert`: built-in values all the way down; `heap`: what is known of all objects at once
- `guard`: what a program is refused; `pinned`: clock, entropy; `turns`: which thread runs, and when
  time goes on; `semaphores`: those of `multiprocessing`; `machine`: process, user, host
- `hidden`, `proxies`, `states`, `lent`, `ahead`, `collected`, `signals`: what a program cannot see
  of the recorder, nor interrupt
- `quirks`: facts of the interpreter
"""
