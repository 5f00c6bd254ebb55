"""The alert rules are true: what they ask of exists, and each says what to do."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.every_metric import registry

ROOT = Path(__file__).parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "docs" / "alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]

#: What Prometheus itself knows of whom it asks.
ITS_OWN = {"up": {"job", "instance"}}
#: What it adds to each sample.
ADDED = {"job", "instance"}

FUNCTIONS = {
    *("sum", "max", "count", "rate", "increase", "changes", "absent", "histogram_quantile"),
    *("by", "or", "unless", "offset"),
}
#: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
FIELDS = {"alert", "expr", "for", "labels", "annotations"}

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])


def labels_of() -> dict[str, set[str]]:
    """The labels of each sample that there is, by its name."""
    known = {name: set(labels) for name, labels in ITS_OWN.items()}
    for family in registry().collect():
        for sample in family.samples:
            known.setdefault(sample.name, set(ADDED)).update(sample.labels)
    return known


@each_rule
def test_each_metric_that_a_rule_asks_of_exists_with_those_labels(rule: dict[str, Any]) -> None:
    known, expr = labels_of(), rule["expr"]
    asked = re.findall(r"\b(up|qfbot_\w+)\b(?:\{([^}]*)\})?", expr)
    assert asked
    for name, matchers in asked:
        assert name in known, name
        assert set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers)) <= known[name], name
    together = set.union(*(known[name] for name, _ in asked))
    for group in re.findall(r"\bby\s*\(([^)]*)\)", expr):
        assert {label.strip() for label in group.split(",")} <= together


@each_rule
def test_a_rule_is_of_the_form_that_prometheus_reads(rule: dict[str, Any]) -> None:
    assert set(rule) <= FIELDS
    assert re.fullmatch(r"\d+[smhd]", rule.get("for", "0s"))
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[\d+[smhd]\]|\bqfbot_\w+|\bup\b', "", rule["expr"])
    assert bare.count("(") == bare.count(")")
    assert '"' not in bare
    grouped = re.sub(r"\bby\s*\([^)]*\)", "by", bare)
    assert set(re.findall(r"[a-z_]{2,}", grouped)) <= FUNCTIONS
    assert re.search(r"(>|==) [\d.]+\s*(or|$)|absent", grouped)


@each_rule
def test_a_rule_says_what_is_the_matter_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert set(rule["annotations"]) == {"summary", "description"}
    assert all(text.endswith(".") for text in rule["annotations"].values())


def test_the_documents_have_a_word_for_each_alert_and_no_other() -> None:
    told = re.findall(r"^\| `(Qfbot\w+)`", OPERATIONS, re.MULTILINE)
    assert told == [rule["alert"] for rule in RULES]
