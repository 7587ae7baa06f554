"""A recorded program, walked through by a person.

session  a debugger's commands and what they answer
command  `python -m pipeline debug`
"""
