"""Walks through a state tree, stored as choices.

`trajectory` is what is stored: a start and actions; `replay` finds the states again; `sample` draws
trajectories by a `policy`, from the `starts` a tree has, with `chance` as their only randomness.
`walks` draw the actions, on `breakpoints` where there are lines; where the policy has `biases` a
`guide` does, by the `terrain` and with an `aim`. `coverage` says what a set of them visited,
`checkable` which predicted arguments can be judged by running.
"""
