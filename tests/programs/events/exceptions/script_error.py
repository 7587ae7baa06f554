x = 1
raise ValueError(x)
#: script
#  call <module> 0
#  line <module> 1
#  line <module> 2
#  raise <module> 2 ValueError(1)
#= error
