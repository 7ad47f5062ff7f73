"""The container file and the chart, as far as they can be judged without building or rendering."""

import json
import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy/helm/etopay-sandbox"
CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")
VALUES = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
SCHEMA = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
TEMPLATES = sorted((CHART / "templates").iterdir())
REFERENCE = re.compile(r"\.Values((?:\.[A-Za-z]+)+)")


def instructions():
    text = CONTAINERFILE.replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_image_runs_as_nobody_special_and_is_watched():
    last = dict(instructions())
    uid, _, gid = last["USER"].partition(":")
    assert int(uid) > 0
    assert int(gid) > 0
    assert "/_sandbox/health" in last["HEALTHCHECK"]
    assert json.loads(last["ENTRYPOINT"]) == ["python", "-m", "sandbox"]
    assert "not for real money" in CONTAINERFILE.lower()


def test_what_is_built_stays_behind():
    stages = [rest.split(" AS ") for word, rest in instructions() if word == "FROM"]
    assert [len(one) for one in stages] == [2, 2, 1]
    final = CONTAINERFILE[CONTAINERFILE.rindex("FROM ") :]
    assert "apt-get" not in final
    assert "pip install" not in final


def test_base_images_have_versions_and_no_address_is_written_down():
    for word, rest in instructions():
        if word == "FROM":
            assert re.fullmatch(r"[a-z]+:[0-9.]+-slim-[a-z]+( AS [a-z]+)?", rest), rest
    assert re.findall(r"https?://(?!127\.0\.0\.1)\S+", CONTAINERFILE) == []


def test_what_is_copied_is_there_and_not_left_out():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line[1:] for line in ignored if line.startswith("!")}
    for word, rest in instructions():
        if word != "COPY" or rest.startswith("--from"):
            continue
        for source in rest.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert source.split("/")[0] in kept, source
    assert not any(
        fnmatch("sandbox", line) for line in ignored if line not in {"*"} | {f"!{one}" for one in kept}
    )


def test_the_group_of_packages_has_all_that_the_sandbox_imports():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    group = {re.split(r"[\[>=<]", one)[0] for one in project["dependency-groups"]["sandbox"]}
    assert {"httpx", "pydantic-settings", "psycopg", "etopay-sandbox-evm"} <= group


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_use_values_that_exist(template):
    for reference in set(REFERENCE.findall(template.read_text(encoding="utf-8"))):
        place = VALUES
        for name in reference.strip(".").split("."):
            assert name in place, f"{template.name}: .Values{reference}"
            place = place[name]


def properties(schema, path=()):
    for name, one in schema.get("properties", {}).items():
        yield (*path, name)
        if one.get("additionalProperties") is False:
            yield from properties(one, (*path, name))


def leaves(values, path=()):
    for name, one in values.items():
        yield (*path, name)
        if isinstance(one, dict) and name not in {"resources", "settings", "annotations"}:
            yield from leaves(one, (*path, name))


def test_values_and_their_schema_name_the_same():
    described = set(properties(SCHEMA)) - {("global",)}
    assert described == set(leaves(VALUES))


def test_whoever_installs_it_is_told_what_it_is_not():
    notes = (CHART / "templates/NOTES.txt").read_text(encoding="utf-8")
    assert notes.startswith("NOT FOR REAL MONEY.")
    assert "not for real money" in yaml.safe_load((CHART / "Chart.yaml").read_text())["description"]


def test_the_chart_and_the_project_have_one_version():
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert chart["appVersion"] == project["version"]
