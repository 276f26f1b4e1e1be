"""What is in an image's file system before anything runs: the files people look at, shortened to what matters.

    base_files(identity) -> {"/etc/os-release": "...", "/bin/ls": "", ...}

Programs are empty files; the system they belong to (alpine, debian, ...) follows from the image and its tag.
"""

import re
from functools import lru_cache

from engine.kinds.frozen import frozen
from engine.kubelet.files import with_directories
from engine.kubelet.image_table import SHELL_PROGRAMS, ImageEntry
from engine.network.http import IT_WORKS, WELCOME, nginx_version

_DIRECTORIES = (
    "/tmp", "/root", "/home", "/mnt", "/opt", "/srv", "/run", "/var/log", "/var/run", "/var/tmp", "/usr/bin",
    "/usr/local/bin", "/usr/share", "/sys", "/media", "/lib", "/sbin",
)  # fmt: skip
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/stdout", "/dev/stderr", "/dev/tty")
_SYSTEMS = {
    "alpine": ("Alpine Linux", "3.21.3", "Alpine Linux v3.21", "alpine"),
    "debian": ("Debian GNU/Linux", "12", "Debian GNU/Linux 12 (bookworm)", "debian"),
    "ubuntu": ("Ubuntu", "24.04", "Ubuntu 24.04.2 LTS", "ubuntu"),
    "centos": ("CentOS Linux", "8", "CentOS Linux 8", "centos"),
}
_NGINX_CONF = """
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
"""
_NGINX_DEFAULT = """server {
    listen       80;
    listen  [::]:80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
"""
_ERROR_PAGE = """<!DOCTYPE html>
<html>
<head>
<title>Error</title>
</head>
<body>
<h1>An error occurred.</h1>
<p>Sorry, the page you are looking for is currently unavailable.<br/>
Please try again later.</p>
</body>
</html>
"""
_BOOTCAMP = """var http = require('http');

http.createServer(function (request, response) {
  var line = "Hello Kubernetes bootcamp! | Running on: " + process.env.HOSTNAME + " | v=1\\n";
  response.writeHead(200, {'Content-Type': 'text/plain'});
  response.end(line);
}).listen(8080);
"""


@frozen
class System:
    """The distribution an image is made of; ``id`` "busybox" has no /etc/os-release."""

    id: str


def system_of(entry: ImageEntry, tag: str) -> System:
    name = entry.name.rpartition("/")[2]
    if name == "busybox":
        return System("busybox")
    if "alpine" in tag or name in ("alpine", "netshoot", "curl") or not entry.shell.endswith("bash"):
        return System("alpine")
    return System(name if name in _SYSTEMS else "debian")


def image_variables(entry: ImageEntry, tag: str) -> dict[str, str]:
    """The environment that the image itself sets."""
    match entry.log_profile:
        case "nginx":
            return {"NGINX_VERSION": nginx_version(tag), "PKG_RELEASE": "1~bookworm", "NJS_VERSION": "0.8.10"}
        case "httpd":
            return {"HTTPD_PREFIX": "/usr/local/apache2", "HTTPD_VERSION": "2.4.63"}
        case "redis":
            return {"REDIS_VERSION": redis_version(tag)}
        case "postgres":
            return {"PG_MAJOR": "16", "PG_VERSION": "16.8", "PGDATA": "/var/lib/postgresql/data"}
        case "mysql":
            return {"MYSQL_MAJOR": "8.4", "MYSQL_VERSION": "8.4.4-1.el9"}
    return {}


def redis_version(tag: str) -> str:
    """The version a full tag names; 7.4.2 behind any other."""
    number = tag.partition("-")[0]
    return number if re.fullmatch(r"\d+\.\d+\.\d+", number) else "7.4.2"


def working_directory(entry: ImageEntry) -> str:
    return {"httpd": "/usr/local/apache2", "redis": "/data"}.get(entry.log_profile, "/")


@lru_cache(maxsize=256)
def base_files(entry: ImageEntry, tag: str) -> dict[str, str]:
    """A fresh image's files and directories; treat as read-only, it is shared."""
    system = system_of(entry, tag)
    files = dict.fromkeys(_DEVICES, "")
    for program in sorted({*SHELL_PROGRAMS, "sh", entry.shell or "sh"}):
        files[f"/bin/{program}"] = ""
    for program in sorted(entry.programs):
        files[f"/usr/bin/{program.rpartition('/')[2]}"] = ""
    files["/etc/passwd"] = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n"
    files["/etc/group"] = "root:x:0:\nnogroup:x:65534:\n"
    files["/proc/version"] = "Linux version 6.8.0 (gcc) #1 SMP PREEMPT_DYNAMIC\n"
    if system.id in _SYSTEMS:
        name, version, pretty, id_ = _SYSTEMS[system.id]
        files["/etc/os-release"] = f'PRETTY_NAME="{pretty}"\nNAME="{name}"\nVERSION_ID="{version}"\nID={id_}\n'
    if system.id == "alpine":
        files["/etc/alpine-release"] = "3.21.3\n"
    if system.id == "debian":
        files["/etc/debian_version"] = "12.10\n"
    files.update(_server_files(entry))
    return with_directories(files, _DIRECTORIES)


def _server_files(entry: ImageEntry) -> dict[str, str]:
    if entry.log_profile == "nginx":
        return {
            "/usr/sbin/nginx": "",
            "/docker-entrypoint.sh": '#!/bin/sh\nexec "$@"\n',
            "/etc/nginx/nginx.conf": _NGINX_CONF,
            "/etc/nginx/conf.d/default.conf": _NGINX_DEFAULT,
            "/etc/nginx/mime.types": "types {\n    text/html  html htm shtml;\n}\n",
            "/usr/share/nginx/html/index.html": WELCOME,
            "/usr/share/nginx/html/50x.html": _ERROR_PAGE,
            "/var/log/nginx/access.log": "",
            "/var/log/nginx/error.log": "",
            "/run/nginx.pid": "1\n",
        }
    if entry.log_profile == "httpd":
        return {
            "/usr/local/apache2/htdocs/index.html": IT_WORKS,
            "/usr/local/apache2/conf/httpd.conf": 'ServerRoot "/usr/local/apache2"\nListen 80\n',
            "/usr/local/apache2/logs/httpd.pid": "1\n",
        }
    if entry.log_profile == "redis":
        return {"/usr/local/bin/redis-server": "", "/data/": ""}
    if entry.log_profile == "bootcamp":
        return {"/server.js": _BOOTCAMP}
    if entry.log_profile == "postgres":
        return {"/usr/local/bin/postgres": "", "/var/lib/postgresql/data/PG_VERSION": "16\n"}
    return {}
