def even(n):
    return n == 0 or odd(n - 1)
def odd(n):
    return n > 0 and even(n - 1)
#: even(2)
#  call even 1
#  line even 2
#    call odd 3
#    line odd 4
#      call even 1
#      line even 2
#      return even 2 True
#    return odd 4 True
#  return even 2 True
#= normal
