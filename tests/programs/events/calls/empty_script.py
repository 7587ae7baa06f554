#: script
#  call <module> 0
#  line <module> 0
#  return <module> 0 None
#= normal
