"""What ``-o`` makes of a manifest: templates, paths, columns and the plain formats."""

from typing import Any

import pytest

from engine.errors import UsageError
from k9lite.arguments.jsonpath import fill_template, find_results
from k9lite.output.custom_columns import columns_of_file, columns_of_spec, table
from k9lite.output.formats import Output, Printer
from k9lite.output.go_template import fill_go_template
from k9lite.output.go_values import go_text

LIST: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "List",
    "items": [{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": name, "n": n}} for n, name in enumerate("xyz")],
}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ('{{range .items}}{{.metadata.name}}{{"\\n"}}{{end}}', "x\ny\nz\n"),
        ("{{range $i, $e := .items}}{{if $i}},{{end}}{{$i}}:{{$e.metadata.n}}{{end}}", "0:0,1:1,2:2"),
        ("{{len .items}} {{.nope}} {{.nope.deeper}}", "3 <no value> <no value>"),
        ("{{(index .items 0).metadata}}", "map[n:0 name:x]"),
        ('{{printf "%s-%03d" .kind 7}} {{printf "%q" .kind}}', 'List-007 "List"'),
        ('{{if eq .kind "Pod" "List"}}yes{{else}}no{{end}}', "yes"),
        ('{{if eq .kind "Pod"}}a{{else if eq .kind "List"}}b{{else}}c{{end}}', "b"),
        ("{{with .items}}{{len .}}{{end}}{{with .nope}}x{{else}}none{{end}}", "3none"),
        ("a {{- range .items -}} b {{- end}} c", "abbb c"),
        ("{{/* a comment */}}{{not true}} {{and 1 0 2}} {{or \"\" \"b\"}}", "false 0 b"),
        ('{{"aGVsbG8=" | base64decode}}', "hello"),
        ("{{$x := 1}}{{range .items}}{{$x = .metadata.n}}{{end}}{{$x}}", "2"),
        ("{{range .items}}{{if eq .metadata.n 1}}{{break}}{{end}}{{.metadata.name}}{{end}}", "x"),
        ("{{range .items}}{{if eq .metadata.n 1}}{{continue}}{{end}}{{.metadata.name}}{{end}}", "xz"),
        ('{{range $k, $v := (index .items 0).metadata}}{{$k}}={{$v}} {{end}}', "n=0 name=x "),
        ('{{exists . "items" 0 "metadata"}}{{exists . "items" 9}}', "truefalse"),
        ('{{println "a" 1}}{{print 1 2 "b"}}', "a 1\n1 2b"),
        ("{{gt 2 1}} {{le 1.5 1.5}} {{lt \"a\" \"b\"}}", "true true true"),
    ],
)  # fmt: skip
def test_go_templates_are_filled_as_go_does(template: str, filled: str) -> None:
    assert fill_go_template(LIST, template) == filled


@pytest.mark.parametrize(
    ("template", "mistake"),
    [
        ("{{.a", "unclosed action"),
        ("{{if .a}}x", "has no {{end}}"),
        ("{{end}}", "unexpected {{end}}"),
        ("{{if}}{{end}}", "missing value"),
        ("{{frobnicate .a}}", 'function "frobnicate" not defined'),
        ("{{.kind.x}}", "can't evaluate field x in type string"),
        ("{{$y}}", 'undefined variable "$y"'),
        ("{{index .items 7}}", "index out of range: 7"),
        ("{{len 3}}", "len of type int64"),
        ('{{"%%%" | base64decode}}', "illegal base64 data"),
        ('{{lt 1 "a"}}', "incompatible types"),
        ("{{define \"a\"}}{{end}}", "not understood here"),
    ],
)
def test_a_template_that_cannot_be_filled_says_why(template: str, mistake: str) -> None:
    with pytest.raises(UsageError) as refused:
        fill_go_template(LIST, template)
    assert mistake in str(refused.value)


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{.items[*].metadata.name}", "x y z"),
        ("{..name}", "x y z"),
        ("{.items[0:2].metadata.name}", "x y"),
        ("{.items[-1:].metadata.n}", "2"),
        ("{.items[::2].metadata.name}", "x z"),
        ("{.items[0,2].metadata.name}", "x z"),
        ("{.items[0].metadata['name','n']}", "x 0"),
        ("{range .items[*]}{.metadata.name}{'-'}{end}", "x-y-z-"),
    ],
)
def test_paths_know_slices_unions_and_descent(template: str, filled: str) -> None:
    assert fill_template(LIST, template) == filled


def test_empty_brackets_are_the_first_and_a_filter_may_leave_out_its_sign() -> None:
    assert fill_template(LIST, "{.items[].metadata.name}") == "x"
    assert fill_template(LIST, '{.items[?(.metadata.name == "y")].metadata.n}') == "1"
    with pytest.raises(UsageError, match="is not understood"):
        fill_template(LIST, "{.items[?(name)]}")


def test_paths_as_json_are_all_that_was_found() -> None:
    assert find_results(LIST, "{.items[*].metadata.n}") == [0, 1, 2]
    assert Printer(Output("jsonpath-as-json", "{.kind}")).lines(LIST) == ["[", '    "List"', "]"]


def test_custom_columns_of_a_line_and_of_a_file() -> None:
    of_line = columns_of_spec("NAME:.metadata.name,N:{.metadata.n},NONE:.spec")
    assert table(of_line, LIST["items"]) == ["NAME   N     NONE", "x      0     <none>", "y      1     <none>",
                                             "z      2     <none>"]  # fmt: skip
    assert columns_of_file("NAME N NONE\n.metadata.name {metadata.n} spec\n") == of_line
    assert table(of_line, []) == ["NAME   N     NONE"]
    assert table(of_line, [], no_headers=True) == []
    for spec in ("NAME", "NAME:{.a}{.b}"):
        with pytest.raises(UsageError):
            columns_of_spec(spec)
    for text in ("", "NAME\n", "A B\n.a\n"):
        with pytest.raises(UsageError):
            columns_of_file(text)


def test_the_second_yaml_document_is_parted_from_the_first() -> None:
    printer = Printer(Output("yaml"))
    assert printer.lines({"a": 1}) == ["a: 1"]
    assert printer.lines({"a": 2}) == ["---", "a: 2"]


def test_kyaml_is_yaml_in_braces() -> None:
    value = {"b": [{"x": "1"}, {"z": True}], "a": ["p"], "c.d/e": {}, "no": None, "n": []}
    assert Printer(Output("kyaml")).lines(value) == [
        "---", "{", "  a: [", '    "p",', "  ],", "  b: [{", '    x: "1",', "  }, {", "    z: true,", "  }],",
        "  c.d/e: {},", '  "n": [],', '  "no": null,', "}",
    ]  # fmt: skip


def test_values_are_shown_as_go_shows_them() -> None:
    assert go_text({"b": [1, "x", None], "a": True}) == "map[a:true b:[1 x <nil>]]"
    assert [go_text(each) for each in (1.0, 0.5, 1e21, 1e-7)] == ["1", "0.5", "1e+21", "1e-07"]
