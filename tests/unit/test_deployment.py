"""The image and the examples under docs/deploy: they are what the code and the README say."""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot import __version__
from bot.app import PATIENCE
from bot.commands.contents import COMMANDS
from bot.rules_file import read_rules_file
from bot.settings import NAMES
from bot.slack.sockets import CLOSE_SECONDS
from bot.slack.web import _SHUTDOWN_SECONDS
from bot.store.database import PATIENCE as STORE_PATIENCE
from tests.unit import dockerfile

ROOT = dockerfile.ROOT
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docs/deploy/compose.yml").read_text("utf-8"))
OBJECTS: list[dict[str, Any]] = list(
    yaml.safe_load_all((ROOT / "docs/deploy/kubernetes.yml").read_text("utf-8"))
)

PORT = 8080
PATHS = {"/healthz", "/readyz"}
#: Answers first, then what they cause; the way in is closed before, the database after.
DRAIN_SECONDS = (
    2 * PATIENCE.total_seconds()
    + _SHUTDOWN_SECONDS
    + CLOSE_SECONDS
    + STORE_PATIENCE.total_seconds()
)
#: The bars of docs/figures.md: at rest, and for 10,000 watches.
MEBIBYTES = 120 + 60
SECRET = re.compile(r"TOKEN|SECRET|KEY|PASSWORD|DATABASE_URL")


def named(kind: str, name: str) -> dict[str, Any]:
    [found] = [each for each in OBJECTS if (each["kind"], each["metadata"]["name"]) == (kind, name)]
    return found


def pod(workload: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = workload["spec"]["template"]["spec"]
    return spec


WORKLOADS = [each for each in OBJECTS if each["kind"] in ("Deployment", "StatefulSet")]
BOT = pod(named("Deployment", "qfbot"))
[CONTAINER] = BOT["containers"]

each_workload = pytest.mark.parametrize("workload", WORKLOADS, ids=lambda each: each["kind"])
each_service = pytest.mark.parametrize("service", COMPOSE["services"])


# The image


def test_the_image_is_of_this_version_and_says_what_it_is() -> None:
    labels = dockerfile.final()["LABEL"][0].pairs
    assert labels["org.opencontainers.image.version"] == __version__
    assert labels["org.opencontainers.image.licenses"] == "MIT"


def test_the_base_is_named_by_its_whole_version() -> None:
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+(@sha256:[0-9a-f]{64})?", dockerfile.base())
    assert all(stage[0].rest.startswith("${BASE}") for stage in dockerfile.stages())


def test_the_image_runs_as_a_number_that_is_not_root() -> None:
    assert dockerfile.final()["USER"][0].rest == "10001:10001"


def test_the_image_makes_no_setting_that_would_win_over_a_mounted_env_file() -> None:
    assert not set(dockerfile.environment()) & set(NAMES)


def test_the_image_listens_where_it_says_and_is_asked_there_whether_it_lives() -> None:
    assert dockerfile.final()["EXPOSE"][0].rest == str(PORT)
    assert dockerfile.argv() == ["qfbot", "serve", "--http", f"0.0.0.0:{PORT}"]
    assert f"http://127.0.0.1:{PORT}/healthz" in dockerfile.health_check()[-1]


def test_nothing_but_the_package_gets_into_the_image() -> None:
    found = dockerfile.let_in()
    assert {path.parts[0] for path in found} == {
        "pyproject.toml",
        "uv.lock",
        "README.md",
        "LICENSE",
        "bot",
    }
    assert Path("bot/__main__.py") in found
    assert Path("bot/playground/page/index.html") in found
    odd = [path for path in found if {"node_modules", "__pycache__", "src"} & set(path.parts)]
    assert not odd


# Compose


def test_the_compose_file_is_one_by_its_schema() -> None:
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    jsonschema.validate(COMPOSE, json.loads(schema.read_text("utf-8")))


@each_service
def test_a_service_has_no_more_rights_than_it_needs(service: str) -> None:
    described = COMPOSE["services"][service]
    assert described["read_only"] is True
    assert described["cap_drop"] == ["ALL"]
    assert described["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in described
    if service != "qfbot":  # the image of qfbot has its own user
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", described["user"])


@each_service
def test_a_service_gets_its_secrets_as_files(service: str) -> None:
    described = COMPOSE["services"][service]
    names = [name for name in described["environment"] if SECRET.search(name)]
    assert all(name.endswith("_FILE") for name in names)
    assert "env_file" not in described
    sources = {each["source"] if isinstance(each, dict) else each for each in described["secrets"]}
    assert sources <= set(COMPOSE["secrets"])


def test_compose_gives_the_settings_where_they_are_looked_for() -> None:
    described = COMPOSE["services"]["qfbot"]
    assert described["secrets"][0]["target"] == f"{described['working_dir']}/.env"
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].removeprefix("./") in README


def test_compose_waits_for_the_drain() -> None:
    grace = COMPOSE["services"]["qfbot"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) > DRAIN_SECONDS


# Kubernetes


def test_the_objects_are_what_two_replicas_need() -> None:
    told = {(each["kind"], each["metadata"]["name"]) for each in OBJECTS}
    assert told == {
        ("ConfigMap", "qfbot"),
        ("ServiceAccount", "qfbot"),
        ("Deployment", "qfbot"),
        ("Service", "qfbot"),
        ("PodDisruptionBudget", "qfbot"),
        ("StatefulSet", "postgres"),
        ("Service", "postgres"),
        ("NetworkPolicy", "postgres"),
    }
    replicas = named("Deployment", "qfbot")["spec"]["replicas"]
    assert replicas == 2
    assert named("PodDisruptionBudget", "qfbot")["spec"]["minAvailable"] < replicas


@each_workload
def test_a_pod_has_no_more_rights_than_it_needs(workload: dict[str, Any]) -> None:
    described = pod(workload)
    assert described["automountServiceAccountToken"] is False
    context = described["securityContext"]
    assert context["runAsNonRoot"] is True
    assert context["runAsUser"] > 0
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in described["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}
        assert "memory" in container["resources"]["limits"]


@each_workload
def test_a_pod_mounts_what_it_has_and_has_what_it_mounts(workload: dict[str, Any]) -> None:
    claims = workload["spec"].get("volumeClaimTemplates", [])
    had = {each["name"] for each in pod(workload)["volumes"]}
    had |= {each["metadata"]["name"] for each in claims}
    mounted = {
        each["name"]
        for container in pod(workload)["containers"]
        for each in container["volumeMounts"]
    }
    assert had == mounted


@each_workload
def test_a_pod_gets_its_secrets_as_files(workload: dict[str, Any]) -> None:
    for container in pod(workload)["containers"]:
        assert "envFrom" not in container
        assert "args" not in container
        for variable in container["env"]:
            assert "value" in variable
            assert not SECRET.search(variable["name"]) or variable["name"].endswith("_FILE")


def test_the_readme_makes_every_secret_with_its_keys() -> None:
    [projected] = [each["projected"] for each in BOT["volumes"] if "projected" in each]
    [secret] = [each["secret"] for each in projected["sources"] if "secret" in each]
    keys = [item["key"] for item in secret["items"]]
    assert keys == [".env"]
    assert f"create secret generic {secret['name']} --from-file=.env=" in README
    database = pod(named("StatefulSet", "postgres"))
    [password] = [each["secret"]["secretName"] for each in database["volumes"] if "secret" in each]
    assert f"create secret generic {password} --from-file=password=" in README
    variables = {each["name"]: each["value"] for each in database["containers"][0]["env"]}
    mounts = {each["name"]: each["mountPath"] for each in database["containers"][0]["volumeMounts"]}
    assert variables["POSTGRES_PASSWORD_FILE"] == f"{mounts['password']}/password"


def test_selectors_find_the_pods() -> None:
    for name in ("qfbot", "postgres"):
        selectors = [
            each["spec"].get("podSelector") or each["spec"]["selector"]
            for each in OBJECTS
            if each["metadata"]["name"] == name and "spec" in each
        ]
        labels = {"app": name}
        assert all(each in (labels, {"matchLabels": labels}) for each in selectors)
    for workload in WORKLOADS:
        found = workload["spec"]["selector"]["matchLabels"]
        assert found == workload["spec"]["template"]["metadata"]["labels"]


def test_the_probes_ask_for_what_is_served() -> None:
    assert [each["containerPort"] for each in CONTAINER["ports"]] == [PORT]
    [service] = named("Service", "qfbot")["spec"]["ports"]
    assert (service["port"], service["targetPort"]) == (PORT, CONTAINER["ports"][0]["name"])
    asked = {
        probe: CONTAINER[probe]["httpGet"]["path"]
        for probe in ("startupProbe", "livenessProbe", "readinessProbe")
    }
    assert asked == {
        "startupProbe": "/healthz",
        "livenessProbe": "/healthz",
        "readinessProbe": "/readyz",
    }
    source = (ROOT / "bot/slack/web.py").read_text("utf-8")
    assert {path for path in PATHS if f'add_get("{path}"' in source} == PATHS


def test_the_first_start_may_take_as_long_as_the_tables_need() -> None:
    probe = CONTAINER["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] > 300


def test_a_pod_may_take_longer_than_the_drain() -> None:
    assert BOT["terminationGracePeriodSeconds"] > DRAIN_SECONDS


def test_a_pod_asks_for_what_was_measured() -> None:
    resources = CONTAINER["resources"]
    assert int(resources["requests"]["memory"].removesuffix("Mi")) >= MEBIBYTES
    assert int(resources["limits"]["memory"].removesuffix("Mi")) >= 2 * MEBIBYTES
    assert int(resources["requests"]["cpu"].removesuffix("m")) >= 100
    assert "cpu" not in resources["limits"]


def test_the_rules_of_the_config_map_are_rules(tmp_path: Path) -> None:
    written = tmp_path / "qfbot.toml"
    written.write_text(named("ConfigMap", "qfbot")["data"]["qfbot.toml"], encoding="utf-8")
    read_rules_file(written, {each.name: each.changes for each in COMMANDS})
    variables = {each["name"]: each["value"] for each in CONTAINER["env"]}
    [mount] = [each for each in CONTAINER["volumeMounts"] if each["name"] == "settings"]
    assert variables["QFBOT_CONFIG"] == f"{mount['mountPath']}/qfbot.toml"
    assert CONTAINER["workingDir"] == mount["mountPath"]


# All of them


def test_the_examples_have_every_setting_and_no_other() -> None:
    given = {*COMPOSE["services"]["qfbot"]["environment"], *(e["name"] for e in CONTAINER["env"])}
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    given |= set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    assert given == set(NAMES)


def test_every_foreign_image_is_named_by_its_whole_version_and_ours_by_this_one() -> None:
    images = {each["image"] for each in COMPOSE["services"].values()}
    images |= {
        container["image"] for workload in WORKLOADS for container in pod(workload)["containers"]
    }
    assert f"qfbot:{__version__}" in images
    for image in images - {f"qfbot:{__version__}"}:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+-[a-z]+(@sha256:[0-9a-f]{64})?", image), image
