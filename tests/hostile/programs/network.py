### connect | denied
import socket

socket.create_connection(("1.1.1.1", 80), timeout=1)

### connect_that_catches | denied
import socket

try:
    socket.create_connection(("1.1.1.1", 80), timeout=1)
except BaseException:
    pass

### connect_to_itself | denied
import socket

socket.create_connection(("127.0.0.1", 1))

### connect_to_metadata | denied
import urllib.request

urllib.request.urlopen("http://169.254.169.254/computeMetadata/v1/").read()

### open_stream | denied
import asyncio


async def main():
    await asyncio.open_connection("1.1.1.1", 80)


asyncio.run(main())

### make_socket | denied
import socket

socket.socket()

### make_datagram | denied
import socket

socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("1.1.1.1", 53))

### make_raw | denied
import socket

socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)

### make_sixth | denied
import socket

socket.socket(socket.AF_INET6)

### make_netlink | denied
import socket

socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)

### make_packet | denied
import socket

socket.socket(socket.AF_PACKET, socket.SOCK_RAW)

### make_vsock | denied
import socket

socket.socket(socket.AF_VSOCK).connect((2, 1024))

### make_cipher | denied
import socket

socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)

### make_bluetooth | denied, error
import socket

socket.socket(31, socket.SOCK_RAW)

### make_below | denied
import _socket

_socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)

### adopt | denied, error
## holds: no descriptor becomes a socket by saying so
import socket

for number in range(3, 32):
    socket.socket(fileno=number)

### listen | denied
import socketserver

socketserver.TCPServer(("", 0), socketserver.BaseRequestHandler)

### listen_http | denied
import http.server

http.server.HTTPServer(("", 0), http.server.SimpleHTTPRequestHandler)

### abstract | denied
import socket

socket.socket(socket.AF_UNIX).bind("\0hostile")

### connect_unix | denied
import socket

socket.socket(socket.AF_UNIX).connect("/run/docker.sock")

### send_unix | denied
import socket

socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", "/dev/log")

### log_system | denied, error
import syslog

syslog.syslog("hello")

### look_up | denied
import socket

socket.gethostbyname("example.org")

### look_up_again | denied
import socket

socket.getaddrinfo("example.org", 80)

### host_name | normal, denied
## holds: the machine's name is no secret of ours in the outer namespace, but the same everywhere
import socket

socket.gethostname()

### interfaces | denied
import socket

socket.if_nameindex()

### pair | normal
## holds: an event loop makes one for itself
## stdout: 'b"x"\n'
import socket

first, second = socket.socketpair()
first.send(b"x")
print('b"' + second.recv(1).decode() + '"')

### passed_descriptor | denied, normal, error
import socket

first, second = socket.socketpair()
socket.send_fds(first, [b"x"], [1])

### browser | denied, normal
import webbrowser

webbrowser.open("http://example.org")

### services | denied
import socket

socket.getservbyname("http")

### protocols | denied
import socket

socket.getprotobyname("tcp")


### display | denied, import missing
## holds: Tcl opens files and starts processes, and raises no event
import tkinter

tkinter.Tcl().eval("exec touch /srv/canary/touched")
