raise SystemExit("bye")
#: script
#  call <module> 0
#  line <module> 1
#  raise <module> 1 SystemExit('bye')
#= error
