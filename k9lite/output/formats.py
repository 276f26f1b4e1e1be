"""The format an ``-o`` names -> the lines an object is printed as.

Follows cli-runtime's ``PrintFlags``. Objects that kubectl made itself print their JSON in the order of their
fields, those that came as manifests in the order of the alphabet; YAML is always sorted.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define

from engine.errors import UsageError
from engine.kinds import KINDS, dump_yaml
from engine.kinds.frozen import frozen
from k9lite.verb import Args, Option

_TEMPLATES = ("go-template", "go-template-file", "template", "templatefile")
_PATHS = ("jsonpath", "jsonpath-as-json", "jsonpath-file")
_COLUMNS = ("custom-columns", "custom-columns-file")
_FILES = ("go-template-file", "templatefile", "jsonpath-file", "custom-columns-file")

FORMATS = tuple(sorted(("json", "yaml", "kyaml", "name", *_TEMPLATES, *_PATHS)))
"""What most verbs print; ``get`` knows columns besides."""
GET_FORMATS = tuple(sorted((*FORMATS, *_COLUMNS, "wide")))


def offered(formats: Sequence[str]) -> tuple[str, ...]:
    """The formats as they are begun: those that take a template with its ``=``."""
    return tuple(f"{each}=" if each in (*_TEMPLATES, *_PATHS, *_COLUMNS) else each for each in formats)


TEMPLATE = Option(name="template", value="string", summary="Template, or path to a template file, for -o=go-template")
ALLOW_MISSING = Option(
    name="allow-missing-template-keys", default="true", summary="Let a template name a field that is not there"
)
MANAGED = Option(name="show-managed-fields", summary="Keep managedFields in JSON or YAML")
OUTPUT_OPTIONS = (
    Option(
        name="output",
        short="o",
        value="string",
        summary=f"Output format: one of {', '.join(FORMATS)}",
        choices=offered(FORMATS),
    ),
    TEMPLATE,
    ALLOW_MISSING,
    MANAGED,
)


@frozen
class Output:
    """``name`` "" is what the verb says by itself; ``template`` is the text behind the ``=``, or of its file."""

    name: str = ""
    template: str = ""


def output_files(args: Args) -> Sequence[str]:
    """What ``-o go-template-file=PATH`` and its like read."""
    name, template = _split(args)
    return [template] if name in _FILES and template else []


def output_of(args: Args, formats: Sequence[str] = FORMATS) -> Output:
    """Raises UsageError for a format that is none, or lacks its template."""
    name, template = _split(args)
    if not name:
        return Output()
    if name not in formats:
        raise UsageError(
            f'unable to match a printer suitable for the output format "{args.flags.get("output", "")}", '
            f"allowed formats are: {','.join(formats)}"
        )
    if name in _COLUMNS and not template:
        raise UsageError("custom-columns format specified but no custom columns given")
    if name in (*_TEMPLATES, *_PATHS) and not template:
        raise UsageError("template format specified but no template given")
    if name in _FILES:
        template = b"".join(args.read.get(template, {}).values()).decode(errors="replace")
    return Output(name, template)


def _split(args: Args) -> tuple[str, str]:
    given = args.flags.get("output", "")
    name, equals, template = given.partition("=")
    other = args.flags.get("template", "")
    if other and not given:
        return "go-template", other
    if other and name in (*_TEMPLATES, *_PATHS, *_COLUMNS) and not equals:
        return name, other
    if equals and name not in (*_TEMPLATES, *_PATHS, *_COLUMNS):
        return given, ""
    return name.lower() if name.lower() in ("json", "yaml", "kyaml") else name, template


@define
class Printer:
    """Lives for one run of a verb: the second YAML document is parted from the first."""

    output: Output
    no_headers: bool = False
    _printed: int = 0

    def lines(self, manifest: Mapping[str, Any], *, ordered: bool = False) -> list[str]:
        """``ordered`` keeps the order of the fields where the format is JSON. Raises UsageError.

        A language of templates is imported when it is first used: most lines are told in words.
        """
        self._printed += 1
        match self.output.name:
            case "json":
                return json_text(manifest, ordered=ordered).split("\n")
            case "yaml":
                parted = ["---"] if self._printed > 1 else []
                return [*parted, *dump_yaml(manifest).rstrip("\n").split("\n")]
            case "kyaml":
                from k9lite.output.kyaml import kyaml_lines

                return kyaml_lines(manifest)
            case "name":
                return [name_of(each) for each in _items(manifest)]
            case "jsonpath-as-json":
                from k9lite.arguments.jsonpath import find_results

                found = find_results(manifest, self.output.template)
                return json.dumps(found, indent=4, sort_keys=True, ensure_ascii=False).split("\n")
            case name if name in _PATHS:
                from k9lite.arguments.jsonpath import fill_template

                return _text_lines(fill_template(manifest, self.output.template))
            case name if name in _COLUMNS:
                from k9lite.output.custom_columns import columns_of_file, columns_of_spec, table

                columns = (columns_of_spec if name == "custom-columns" else columns_of_file)(self.output.template)
                return table(columns, _items(manifest), no_headers=self.no_headers)
            case _:
                from k9lite.output.go_template import fill_go_template

                return _text_lines(fill_go_template(manifest, self.output.template))


def name_of(manifest: Mapping[str, Any]) -> str:
    """``deployment.apps/web``."""
    kind, group = str(manifest.get("kind", "")), str(manifest.get("apiVersion", "")).rpartition("/")[0]
    known = KINDS.get(kind)
    qualified = known.qualified if known is not None else f"{kind.lower()}.{group}" if group else kind.lower()
    return f"{qualified}/{manifest['metadata'].get('name') or '<unknown>'}"


def json_text(manifest: Mapping[str, Any], *, ordered: bool) -> str:
    """Indented by four; of an ordered one ``kind`` stands before ``apiVersion``, as in Go's structs."""
    if not ordered:
        return json.dumps(manifest, indent=4, sort_keys=True, ensure_ascii=False)
    head = {key: manifest[key] for key in ("kind", "apiVersion") if key in manifest}
    return json.dumps({**head, **manifest}, indent=4, ensure_ascii=False)


def _items(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(manifest["items"]) if manifest.get("kind") == "List" and "items" in manifest else [manifest]


def _text_lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []
