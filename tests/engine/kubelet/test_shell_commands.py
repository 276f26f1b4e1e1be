"""The programs in a container, family by family: what is typed on the left, what is printed on the right."""

import pytest

from engine.kubelet.shell.automaton import automaton
from engine.kubelet.shell.patterns import compile_pattern
from tests.engine.containers import busybox, output, running, terminal

LINES = {
    "echo -n a; echo -e 'b\\tc'": "ab\tc\n",
    "printf '%s-%03d|' a 7 b 8; printf '%5.1f%%\\n' 2.25": "a-007|b-008|  2.2%\n",
    "date -u +%Y-%m-%dT%H:%M:%SZ": "2026-05-28T20:26:40Z\n",
    "date -d @0; date +%j,%a,%s": "Thu Jan  1 00:00:00 UTC 1970\n148,Thu,1780000000\n",
    "seq -w 8 10; seq 5 -2 1 | tr '\\n' ' '": "08\n09\n10\n5 3 1 ",
    "basename /a/b.txt .txt; dirname /a/b.txt": "b\n/a\n",
    "expr 3 + 4; expr 1 = 2": "7\n0\n",
    "id; id -u; whoami": "uid=0(root) gid=0(root)\n0\nroot\n",
    "hostname; hostname -i; uname -sm; nproc": "p\n10.244.1.9\nLinux x86_64\n2\n",
    "echo a b | xargs -n1 echo got": "got a\ngot b\n",
    "echo x | xargs -I{} echo [{}]": "[x]\n",
    "timeout 2 sleep 5; echo $?": "143\n",
    "which ls nope; echo $?": "/bin/ls\n1\n",
    "mkdir /d; touch /d/b /d/a; ls /d; ls -1a /d | head -2": "a\nb\n.\n..\n",
    "mkdir -p /d/e; echo hi > /d/f; cp -r /d /g; mv /g/f /g/h; ls /g; cat /g/h": "e\nh\nhi\n",
    "mkdir /d; rmdir /d; ls /d": "ls: /d: No such file or directory\n",
    "echo a > /tmp/f; rm /tmp/f; rm /tmp/f": "rm: can't remove '/tmp/f': No such file or directory\n",
    "rm /tmp; rm -f /nope; echo $?": "0\nrm: '/tmp' is a directory\n",
    "rm -rf /tmp/*; mkdir /a/b": "mkdir: can't create directory '/a/b': No such file or directory\n",
    "echo x > /nope/f": "sh: can't create /nope/f: nonexistent directory\n",
    "cat /nope": "cat: can't open '/nope': No such file or directory\n",
    "mkdir -p /q/r; touch /q/r/x.log; find /q -name '*.log'; find /q -type d": "/q/r/x.log\n/q\n/q/r\n",
    "echo secret | base64; echo c2VjcmV0Cg== | base64 -d": "c2VjcmV0Cg==\nsecret\n",
    "echo -n abc | md5sum": "900150983cd24fb0d6963f7d28e17f72  -\n",
    "printf '1\\n2\\n3\\n' | head -n 2; printf '1\\n2\\n3\\n' | tail -1": "1\n2\n3\n",
    "seq 5 | tail -n +4; seq 5 | head -n -4": "4\n5\n1\n",
    "printf 'b 2\\na 10\\nc 1\\n' | sort -k2 -n": "c 1\nb 2\na 10\n",
    "printf 'a\\nb\\na\\n' | sort | uniq -c": "      2 a\n      1 b\n",
    "echo a:b:c | cut -d: -f1,3; echo hello | cut -c2-4": "a:c\nell\n",
    "echo Hello | tr a-z A-Z; echo aabbc | tr -s ab; echo a1b2 | tr -d 0-9": "HELLO\nabc\nab\n",
    "printf 'one\\ntwo\\n' | wc; echo abc | wc -c": "        2         2         8\n4\n",
    "printf 'a\\nB\\nab\\n' | grep -i b; printf 'a\\nb\\n' | grep -vc a": "B\nab\n1\n",
    "printf 'x1\\ny22\\n' | grep -oE '[0-9]+'; echo abc | grep -q b && echo found": "1\n22\nfound\n",
    "echo root | grep -n root /etc/passwd": "1:root:x:0:0:root:/root:/bin/sh\n",
    "echo 'a-b-a' | sed 's/a/X/'; echo 'a-b-a' | sed 's/a/X/g;s/b/[&]/'": "X-b-a\nX-[b]-X\n",
    "printf '1\\n2\\n3\\n' | sed -n '2p'; printf '1\\n2\\n3\\n' | sed '/2/d;$s/3/end/'": "2\n1\nend\n",
    "echo 'k=v' | sed -E 's/([a-z])=([a-z])/\\2=\\1/'": "v=k\n",
    "echo a > /tmp/f; sed -i s/a/b/ /tmp/f; cat /tmp/f": "b\n",
    "echo 'a b c' | awk '{print $2, NF}'; printf '1\\n2\\n' | awk '{s+=$1} END {print s}'": "b 3\n3\n",
    "printf 'a:1\\nb:2\\n' | awk -F: '$2 > 1 {print $1}'": "b\n",
    "echo x | awk '{printf \"%s=%d\\n\", $1, 4.7}'": "x=4\n",
    "printf 'a\\nb\\n' | tac; echo abc | rev": "b\na\ncba\n",
    "echo a | tee /tmp/f | cat; cat /tmp/f": "a\na\n",
    "env -i A=1 env; A=2 printenv A": "A=1\n2\n",
    "kill -l | cut -d' ' -f1; kill abc": "HUP\nsh: invalid number 'abc'\n",
    "ps | head -2": "PID   USER     TIME  COMMAND\n    1 root      0:00 sleep infinity\n",
    "pidof sleep; pgrep sleep": "1\n1\n",
    "grep '[' /etc/passwd": "grep: bad regex: Missing ']'\n",
    "frobnicate; echo $?": "127\nsh: frobnicate: not found\n",
    "/bin/echo hi; ./nope": "hi\nsh: ./nope: not found\n",
    "echo 'echo ran $1' > /tmp/s.sh; chmod +x /tmp/s.sh; /tmp/s.sh a; sh /tmp/s.sh b": "ran a\nran b\n",
    "cat /etc/hostname; cat /etc/resolv.conf | tail -2": "p\nnameserver 10.96.0.10\noptions ndots:5\n",
}


@pytest.mark.parametrize("line", LINES)
def test_a_program_prints_what_busyboxs_would_print(line: str) -> None:
    assert output(line) == LINES[line]


def test_a_long_listing_shows_mode_size_and_time() -> None:
    shown = output("mkdir /d; echo hello > /d/f; ls -l /d")
    assert shown == "total 4\n-rw-r--r--    1 root     root             6 May 28 20:26 f\n"


def test_each_image_says_which_system_it_is() -> None:
    web = terminal(running("p", "nginx:1.27", "10.244.1.9")).type("p", "cat /etc/os-release")
    alpine = terminal(running("p", "nginx:1.27-alpine", "10.244.1.9")).type("p", "cat /etc/os-release")
    assert 'NAME="Debian GNU/Linux"' in web.stdout
    assert 'NAME="Alpine Linux"' in alpine.stdout


def test_a_servers_own_programs_are_only_in_its_image() -> None:
    redis = terminal(running("p", "redis:7", "10.244.1.9"))
    assert redis.type("p", "redis-cli ping").stdout == "PONG\n"
    assert output("redis-cli ping") == "sh: redis-cli: not found\n"
    web = terminal(running("p", "nginx:1.25.3", "10.244.1.9"))
    assert web.type("p", "nginx -v").stderr == "nginx version: nginx/1.25.3\n"
    assert web.type("p", "nginx -t").exit_code == 0


def test_a_container_that_runs_as_somebody_says_so() -> None:
    box = busybox(securityContext={"runAsUser": 1000, "runAsGroup": 3000})
    assert box.type("p", "id").stdout == "uid=1000 gid=3000\n"


def test_a_read_only_root_keeps_everything_out_but_volumes() -> None:
    container = {
        "securityContext": {"readOnlyRootFilesystem": True},
        "volumeMounts": [{"name": "v", "mountPath": "/v"}],
    }
    box = busybox(container=container, volumes=[{"name": "v", "emptyDir": {}}])
    done = box.type("p", "echo a > /v/f; cat /v/f; touch /tmp/x")
    assert done.stdout == "a\n" and done.stderr == "touch: /tmp/x: Read-only file system\n"


def test_expressions_that_could_take_for_ever_are_searched_with_an_automaton() -> None:
    assert output("echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab | grep -cE '(a+)+$'") == "0\n"
    assert output(f"echo {'a' * 200}b | grep -cE '{'a*' * 9}c'") == "0\n"
    assert output("echo x | sed -E 's/(x+)+/y/'") == "sed: regular expression too complex\n"
    for pattern, text, found in (
        ("a(b|c)*d", "abcbd", True), ("^a?b{2,3}$", "abbb", True), ("^a?b{2,3}$", "abbbb", False),
        (r"\bfoo\b", "a foo b", True), (r"\bfoo\b", "afoo", False), ("[^a-c]+x", "abx", False),
    ):  # fmt: skip
        assert automaton(pattern).search(text) is found
    assert compile_pattern(r"\(a\)\{2\}b\+", extended=False).matches("aabb")


def test_redis_keeps_what_lines_beside_it_set() -> None:
    box = terminal(running("p", "redis:7", "10.244.1.9"), running("q", "redis:7", "10.244.1.8"))
    assert box.type("p", "redis-cli set a 1; redis-cli incr a; redis-cli lpush l x y").stdout == "OK\n2\n2\n"
    assert (
        box.type("p", "redis-cli get a; redis-cli keys '*'; redis-cli lrange l 0 -1").stdout == "2\na\nl\ny\nx\n"
    )
    assert box.type("q", "redis-cli dbsize; redis-cli -h 10.244.1.9 ping").stdout == "0\nPONG\n"


def test_an_image_brings_variables_and_a_working_directory() -> None:
    web = terminal(running("p", "nginx:1.25.3", "10.244.1.9"), running("r", "redis:7", "10.244.1.8"))
    assert web.type("p", "printenv NGINX_VERSION; pwd").stdout == "1.25.3\n/\n"
    assert web.type("r", "pwd").stdout == "/data\n"
