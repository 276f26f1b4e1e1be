"""The grammars of names, labels, ports and percentages (rules 15); each function returns what is wrong.

Follows ``k8s.io/apimachinery/pkg/util/validation``.
"""

import re
from functools import lru_cache

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = _LABEL + r"(\." + _LABEL + ")*"
_LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL_VALUE = f"({_QUALIFIED})?"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"
_PERCENT = "[0-9]+%"


def dns_label(value: str) -> tuple[str, ...]:
    """DNS-1123 label: namespaces, containers, volumes."""
    wrong = _longer(value, 63)
    if re.fullmatch(_LABEL, value):
        return wrong
    if re.fullmatch(_SUBDOMAIN, value):
        return (*wrong, "must not contain dots")
    what = (
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
        "and must start and end with an alphanumeric character"
    )
    return (*wrong, _mismatch(what, _LABEL, "my-name", "123-abc"))


def dns_subdomain(value: str) -> tuple[str, ...]:
    """DNS-1123 subdomain: the names of most objects."""
    wrong = _longer(value, 253)
    if re.fullmatch(_SUBDOMAIN, value):
        return wrong
    what = (
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
        "and must start and end with an alphanumeric character"
    )
    return (*wrong, _mismatch(what, _SUBDOMAIN, "example.com"))


def dns_1035_label(value: str) -> tuple[str, ...]:
    """DNS-1035 label: services."""
    wrong = _longer(value, 63)
    if re.fullmatch(_LABEL_1035, value):
        return wrong
    what = (
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
        "start with an alphabetic character, and end with an alphanumeric character"
    )
    return (*wrong, _mismatch(what, _LABEL_1035, "my-name", "abc-123"))


def path_segment(value: str) -> tuple[str, ...]:
    """Names of roles and other things that are not DNS names."""
    if value in (".", ".."):
        return (f"may not be '{value}'",)
    return tuple(f"may not contain '{char}'" for char in ("/", "%") if char in value)


@lru_cache(maxsize=4096)
def qualified_name(value: str) -> tuple[str, ...]:
    """``[prefix/]name``: keys of labels, taints and selectors, finalizers."""
    *prefixes, name = value.split("/")
    wrong: tuple[str, ...] = ()
    if len(prefixes) > 1:
        what = (
            "a qualified name must consist of alphanumeric characters, '-', '_' or '.', "
            "and must start and end with an alphanumeric character"
        )
        optional = " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        return (_mismatch(what, _QUALIFIED, "MyName", "my.name", "123-abc") + optional,)
    if prefixes:
        prefix = prefixes[0]
        found = ("must be non-empty",) if not prefix else dns_subdomain(prefix)
        wrong = tuple(f"prefix part {each}" for each in found)
    if not name:
        wrong = (*wrong, "name part must be non-empty")
    elif len(name) > 63:
        wrong = (*wrong, "name part must be no more than 63 characters")
    if not re.fullmatch(_QUALIFIED, name):
        what = (
            "name part must consist of alphanumeric characters, '-', '_' or '.', "
            "and must start and end with an alphanumeric character"
        )
        wrong = (*wrong, _mismatch(what, _QUALIFIED, "MyName", "my.name", "123-abc"))
    return wrong


@lru_cache(maxsize=4096)
def label_value(value: str) -> tuple[str, ...]:
    wrong = _longer(value, 63)
    if re.fullmatch(_LABEL_VALUE, value):
        return wrong
    what = (
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
        "and must start and end with an alphanumeric character"
    )
    return (*wrong, _mismatch(what, _LABEL_VALUE, "MyValue", "my_value", "12345"))


def config_key(value: str) -> tuple[str, ...]:
    wrong = _longer(value, 253)
    if not re.fullmatch(_CONFIG_KEY, value):
        what = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
        wrong = (*wrong, _mismatch(what, _CONFIG_KEY, "key.name", "KEY_NAME", "key-name"))
    if value in (".", ".."):
        return (*wrong, f"must not be '{value}'")
    return (*wrong, "must not start with '..'") if value.startswith("..") else wrong


def env_name(value: str) -> tuple[str, ...]:
    """Printable ASCII without ``=``."""
    if not value:
        return ("environment variable name must be non-empty",)
    if all(" " <= char <= "~" and char != "=" for char in value):
        return ()
    return ("a valid environment variable name must consist only of printable ASCII characters other than '='",)


def port_number(value: int) -> tuple[str, ...]:
    return () if 1 <= value <= 65535 else ("must be between 1 and 65535, inclusive",)


def port_name(value: str) -> tuple[str, ...]:
    wrong = _longer(value, 15)
    if not re.fullmatch("[-a-z0-9]+", value):
        wrong = (*wrong, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", value):
        wrong = (*wrong, "must contain at least one letter (a-z)")
    if "--" in value:
        wrong = (*wrong, "must not contain consecutive hyphens")
    if value.startswith("-") or value.endswith("-"):
        wrong = (*wrong, "must not begin or end with a hyphen")
    return wrong


def percentage(value: str) -> tuple[str, ...]:
    if re.fullmatch(_PERCENT, value):
        return ()
    what = "a valid percent string must be a numeric string followed by an ending '%'"
    return (_mismatch(what, _PERCENT, "1%", "93%"),)


def _longer(value: str, most: int) -> tuple[str, ...]:
    return (f"must be no more than {most} characters",) if len(value) > most else ()


def _mismatch(what: str, pattern: str, *examples: str) -> str:
    # The odd "',  or '" is Kubernetes': each example ends with a comma and a blank.
    listed = " or ".join(f"'{example}', " for example in examples)
    return f"{what} (e.g. {listed}regex used for validation is '{pattern}')"
