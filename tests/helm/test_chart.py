"""The chart, linted and rendered by Helm itself, and read by the API types of Kubernetes."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

CHART = Path(__file__).parents[2] / "deploy/helm/etopay-sandbox"
NEEDED = {
    "image.repository": "images.example/etopay-sandbox",
    "publicUrl": "https://sandbox.example.org",
    "database.existingSecret": "team-database",
}
CASES = {
    "smallest": {},
    "keeper alone": {"workers.replicas": "0"},
    "everything": {
        "workers.replicas": "5",
        "ingress.enabled": "true",
        "ingress.className": "nginx",
        "ingress.tlsSecret": "certificate",
        "controlSecret.existingSecret": "ours",
        "networkPolicy.from[0].namespaceSelector.matchLabels.team": "wallet",
        "networkPolicy.extraEgress[0].ports[0].port": "443",
        "settings.FEE_RATE": "0.1",
        "seed": "[[users]]",
        "keeper.storage.className": "fast",
        "imagePullSecrets[0].name": "pull",
    },
}
WRONG = {
    "image.repository": "",
    "publicUrl": "sandbox.example.org/path",
    "workers.replicas": "-1",
    "service.type": "Wrong",
    "settings.DATABASE_URL": "postgresql://here",
    "settings.lower": "x",
    "unknown": "x",
}


def run(helm, command, values, *more, chart=CHART):
    options = [part for name, value in values.items() for part in ("--set-string", f"{name}={value}")]
    numbers = ("workers.replicas", "ingress.enabled", "networkPolicy.extraEgress[0].ports[0].port")
    for place, option in enumerate(options):
        if option == "--set-string" and options[place + 1].split("=")[0] in numbers:
            options[place] = "--set"
    name = ["team"] if command == "template" else []
    return subprocess.run(
        [helm, command, *name, str(chart), "--kube-version", "1.31.0", *options, *more],
        capture_output=True,
        text=True,
        check=False,
    )


def rendered(helm, **values):
    done = run(helm, "template", NEEDED | values)
    assert done.returncode == 0, done.stderr
    return done.stdout


def by_kind(text):
    documents = [one for one in yaml.safe_load_all(text) if one]
    return {f"{one['kind']} {one['metadata']['name']}": one for one in documents}


@pytest.mark.campaign("chart")
def test_helm_and_kubernetes_take_it(helm, strict, campaign):
    for number in campaign.each(min(campaign.runs, len(CASES))):
        case = list(CASES.values())[number]
        linted = run(helm, "lint", NEEDED | case, "--strict")
        assert linted.returncode == 0, linted.stdout + linted.stderr
        text = rendered(helm, **case)
        judged = subprocess.run([strict], input=text, capture_output=True, text=True, check=False)
        assert judged.returncode == 0, judged.stderr
        assert int(judged.stdout) == len(by_kind(text))
        campaign.figures["manifests"] += int(judged.stdout)


def test_what_kubernetes_does_not_know_would_be_found(helm, strict):
    text = rendered(helm).replace("terminationGracePeriodSeconds", "terminationGraceSeconds")
    judged = subprocess.run([strict], input=text, capture_output=True, text=True, check=False)
    assert judged.returncode == 1
    assert "terminationGraceSeconds" in judged.stderr


@pytest.mark.parametrize("name", WRONG)
def test_wrong_values_are_refused(helm, name):
    done = run(helm, "template", NEEDED | {name: WRONG[name]})
    assert done.returncode != 0
    assert "schema" in done.stderr


@pytest.mark.parametrize("case", CASES)
def test_every_container_is_locked_up_and_watched(helm, case):
    pods = [
        one["spec"]["template"]["spec"]
        for one in by_kind(rendered(helm, **CASES[case])).values()
        if one["kind"] in {"StatefulSet", "Deployment"}
    ]
    assert len(pods) == (1 if case == "keeper alone" else 2)
    for pod in pods:
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        [container] = pod["containers"]
        security = container["securityContext"]
        assert security["readOnlyRootFilesystem"] is True
        assert security["allowPrivilegeEscalation"] is False
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)
        assert {"requests", "limits"} <= set(container["resources"])
        secrets = {one["name"]: one["valueFrom"]["secretKeyRef"]["name"] for one in container["env"]}
        own = CASES[case].get("controlSecret.existingSecret", "team-etopay-sandbox-control")
        assert secrets == {
            "ETOPAY_SANDBOX_DATABASE_URL": "team-database",
            "ETOPAY_SANDBOX_CONTROL_SECRET": own,
        }


def test_calls_go_to_workers_and_only_they_reach_the_keeper(helm):
    found = by_kind(rendered(helm))
    assert found["StatefulSet team-etopay-sandbox-keeper"]["spec"]["replicas"] == 1
    selector = found["Service team-etopay-sandbox"]["spec"]["selector"]
    assert selector["app.kubernetes.io/component"] == "worker"
    [rule] = found["NetworkPolicy team-etopay-sandbox-keeper"]["spec"]["ingress"]
    [source] = rule["from"]
    assert source["podSelector"]["matchLabels"] == selector
    worker = found["Deployment team-etopay-sandbox-worker"]["spec"]["template"]["spec"]["containers"][0]
    assert "--keeper-url=http://team-etopay-sandbox-keeper:9000" in worker["args"]


def test_without_workers_the_keeper_is_called(helm):
    found = by_kind(rendered(helm, **CASES["keeper alone"]))
    assert found["Service team-etopay-sandbox"]["spec"]["selector"]["app.kubernetes.io/component"] == "keeper"
    assert "from" not in found["NetworkPolicy team-etopay-sandbox-keeper"]["spec"]["ingress"][0]


def test_the_notes_say_that_it_is_not_for_real_money(helm, tmp_path):
    # Helm shows them only where a cluster answers; as a manifest they can be read here.
    chart = shutil.copytree(CHART, tmp_path / "chart")
    (chart / "templates/shown.yaml").write_text(
        "kind: ConfigMap\nmetadata: { name: notes }\ndata:\n  text: |\n"
        '    {{- include (print .Template.BasePath "/NOTES.txt") . | nindent 4 }}\n'
    )
    done = run(helm, "template", NEEDED, "--show-only", "templates/shown.yaml", chart=chart)
    told = yaml.safe_load(done.stdout)["data"]["text"]
    assert told.startswith("NOT FOR REAL MONEY")
    assert "https://sandbox.example.org" in told
    assert "statefulset/team-etopay-sandbox-keeper 9000" in told
