"""The shell's language, line by line: what is typed on the left, what is printed on the right."""

import pytest

from engine.kubelet.shell.parser import parse
from engine.kubelet.shell.syntax import SyntaxProblem
from tests.engine.containers import busybox, output

LINES = {
    "echo 'a  b' \"c  d\" e\\ f": "a  b c  d e f\n",
    "x=1; echo $x ${x} \"$x\" '$x'": "1 1 1 $x\n",
    "echo ${y:-none} ${y:=set} $y ${#y} ${y:+there}": "none set set 3 there\n",
    "p=/a/b.txt; echo ${p##*/} ${p%.*} ${p#/} ${p%%/*}": "b.txt /a/b a/b.txt\n",
    "echo $((1 + 2 * 3)) $((7 / 2)) $((-7 % 3)) $((2 ** 10)) $((3 > 2 && 1))": "7 3 -1 1024 1\n",
    "echo $(echo inner) `echo old`": "inner old\n",
    "echo one; echo two": "one\ntwo\n",
    "a=(foo 'b r' $((1+1))); i=1; echo ${a[$i]} ${a[0]} ${a[i+1]} $a ${a[-1]}": "b r foo 2 foo 2\n",
    "a=(x y z); echo ${#a[@]} ${#a[1]} ${a[*]} [${a[7]}]": "3 1 x y z []\n",
    "a=('x y' z); for e in \"${a[@]}\"; do echo -n $e,; done; echo": "x y,z,\n",
    "a=(\n  one\n  two\n); a=(three); echo ${a[@]} ${#a[@]}; b=(); echo ${#b[@]}": "three 1\n0\n",
    "false && echo no || echo yes": "yes\n",
    "true && echo yes || echo no": "yes\n",
    "! false && echo not": "not\n",
    "echo a | cat | tr a b": "b\n",
    "for i in 1 2 $(seq 3 4); do echo -n $i,; done; echo": "1,2,3,4,\n",
    "for i in a b c; do [ $i = b ] && continue; echo $i; done": "a\nc\n",
    "i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo $i; done": "1\n2\n3\n",
    "while true; do echo once; break; done": "once\n",
    "until true; do echo never; done; echo done": "done\n",
    "if [ 1 -gt 2 ]; then echo a; elif [ -d /tmp ]; then echo b; else echo c; fi": "b\n",
    "case abc in x) echo x;; a*) echo match;; *) echo other;; esac": "match\n",
    "f() { echo $1-$#; return 3; }; f a b; echo $?": "a-2\n3\n",
    "(cd /tmp; pwd); pwd": "/tmp\n/\n",
    "{ echo a; echo b; } > /tmp/f; cat /tmp/f": "a\nb\n",
    "echo x > /tmp/f; echo y >> /tmp/f; wc -l < /tmp/f": "2\n",
    "ls /nope 2>&1 | wc -l": "1\n",
    "ls /nope 2>/dev/null; echo $?": "1\n",
    "printf 'a b\\nc d\\n' | while read x y; do echo $y $x; done": "b a\nd c\n",
    "cat <<EOF\nhello $((1+1))\nEOF": "hello 2\n",
    "cat <<'EOF'\n$HOME\nEOF": "$HOME\n",
    "A=5 sh -c 'echo [$A]'; echo [$A]": "[5]\n[]\n",
    "B=5; sh -c 'echo [$B]'; export B; sh -c 'echo [$B]'": "[]\n[5]\n",
    'set -- a b c; echo $# $2; shift; echo "$@"': "3 b\nb c\n",
    "sh -c 'echo $0 $1' name arg": "name arg\n",
    "echo a # a comment": "a\n",
    "echo /etc/host*": "/etc/hostname /etc/hosts\n",
    "echo '*' \\*": "* *\n",
    "eval 'x=1; echo $x'": "1\n",
    "x='a   b'; echo $x; echo \"$x\"": "a b\na   b\n",
    "[ a = a -a -n b ] && [ ! -f /nope ] && echo ok": "ok\n",
    "echo a && \\\necho b": "a\nb\n",
    "set -e; false; echo never": "",
    "set -x; echo hi": "hi\n+ echo hi\n",
    "while true; do date +%S; sleep 1; done | head -n 2": "40\n41\n",
    "exec echo last; echo never": "last\n",
    "command -v ls; type cd": "/bin/ls\ncd is a shell builtin\n",
}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.replace("\n", " "))
def test_a_line_prints_what_ash_would_print(line: str) -> None:
    assert output(line) == LINES[line]


BROKEN = {
    "echo 'oops": "unterminated quoted string",
    "echo )": 'unexpected ")"',
    "if true; then echo": 'unexpected end of file (expecting "fi")',
    "while true; do": 'unexpected end of file (expecting "done")',
    "&& echo": 'unexpected "&&"',
    "echo a ;; echo b": 'unexpected ";;"',
    "done": 'unexpected "done"',
    "echo $(": 'unexpected end of file (expecting ")")',
    "echo ${": "bad substitution",
    "cat <": 'unexpected "newline"',
    "(" * 200: "nested too deeply",
}


@pytest.mark.parametrize("line", BROKEN)
def test_a_line_that_cannot_be_parsed_says_what_was_unexpected(line: str) -> None:
    with pytest.raises(SyntaxProblem) as problem:
        parse(line)
    assert str(problem.value) == BROKEN[line]
    done = busybox().type("p", line)
    assert (done.stderr, done.exit_code) == (f"sh: syntax error: {BROKEN[line]}\n", 2)


ENDLESS = (
    "while true; do :; done",
    "f() { f | f; }; f",
    "x=aaaaaaaaaa; while true; do x=$x$x; done",
    "yes",
    "x=$(yes); echo ${x//y/$x}",
    "while true; do cat /etc/passwd >> /tmp/f; cp /tmp/f /tmp/$RANDOM; done",
    "tail -f /etc/hosts",
)


@pytest.mark.parametrize("line", ENDLESS)
def test_nothing_runs_for_ever_or_fills_the_memory(line: str) -> None:
    done = busybox().type("p", line)
    assert done.exit_code != 0
    assert len(done.stdout) <= 1 << 20
    assert sum(len(text or "") for text in done.files.values()) <= 8 << 20


def test_sleep_passes_virtual_time_only() -> None:
    box = busybox()
    done = box.type("p", "date +%s; sleep 2; date +%s; sleep 0.5")
    assert done.stdout == "1780000000\n1780000002\n"
    assert done.duration_seconds == 3


def test_output_without_a_reader_stops_its_writer() -> None:
    assert output("yes | head -2") == "y\ny\n"
    assert output("seq 1 100000 | head -1; echo $?") == "1\n0\n"
