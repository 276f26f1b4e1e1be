"""Every rule of Kubernetes that is kept names the tests that hold it; what is kept otherwise is named in the README.

rules.txt has a section a number, a line a rule, and indented below it the tests, without their ``test_``, and after
``differs:`` words of the README.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
RULES = (HERE / "rules.txt").read_text().splitlines()


def rules() -> list[tuple[str, list[str]]]:
    """``1 Deployment: defaults`` and what is indented below it."""
    section, found = "", list[tuple[str, list[str]]]()
    for line in filter(str.strip, RULES):
        if line.startswith("# "):
            section = line[2:]
        elif line.startswith(" "):
            found[-1][1].append(line.strip())
        else:
            found.append((f"{section}: {line}", []))
    return found


@cache
def names_of_tests() -> frozenset[str]:
    trees = [ast.parse(path.read_text()) for path in HERE.rglob("test_*.py")]
    functions = [each for tree in trees for each in ast.walk(tree)]
    return frozenset(each.name for each in functions if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize(("rule", "held"), rules(), ids=[rule for rule, _ in rules()])
def test_a_rule_is_held_by_tests_or_named_as_a_difference(rule: str, held: list[str]) -> None:
    readme = " ".join((HERE.parent / "README.md").read_text().split())
    tests = [each for each in held if not each.startswith("differs: ")]
    said = [each.removeprefix("differs: ") for each in held if each.startswith("differs: ")]
    assert tests or said, f"nothing holds {rule}"
    assert not [each for each in tests if f"test_{each}" not in names_of_tests()]
    assert not [each for each in said if each not in readme]


def test_every_section_has_rules() -> None:
    assert [int(line.split()[1]) for line in RULES if line.startswith("# ")] == list(range(1, 17))
    assert {rule.split()[0] for rule, _ in rules()} == {str(number) for number in range(1, 17)}
