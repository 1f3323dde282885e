"""The cluster's manifests: probes, limits, who reaches whom, and that everything listed is there."""

import shutil
import subprocess
from typing import Any

import pytest

from tests.unit.deploy.places import DEPLOY, documents, known_settings, parts, settings_named

KUBERNETES = DEPLOY / "kubernetes"
BASE = KUBERNETES / "base"
EXAMPLE = KUBERNETES / "overlays" / "example"
EVERYTHING = [d for path in sorted(KUBERNETES.rglob("*.y*ml")) for d in documents(path) if d["kind"] != "Kustomization"]


def of(kind: str) -> list[dict[str, Any]]:
    """Every object of a kind."""
    return [d for d in EVERYTHING if d["kind"] == kind]


DEPLOYMENTS = {d["metadata"]["name"]: d for d in of("Deployment")}
POLICIES = {d["metadata"]["name"]: d["spec"] for d in of("NetworkPolicy")}


def pod(deployment: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = deployment["spec"]["template"]["spec"]
    return spec


def container(deployment: dict[str, Any]) -> dict[str, Any]:
    found: list[dict[str, Any]] = pod(deployment)["containers"]
    assert len(found) == 1
    return found[0]


def components(peers: list[dict[str, Any]]) -> set[str]:
    """The components that a rule names; "outside" for anything else."""
    return {
        p.get("podSelector", {}).get("matchLabels", {}).get("app.kubernetes.io/component", "outside") for p in peers
    }


def test_every_file_is_listed_where_it_lies() -> None:
    """kustomize applies what its lists name, and no file is forgotten."""
    for folder in (BASE, EXAMPLE):
        listing = documents(folder / "kustomization.yaml")[0]
        named = [*listing["resources"], *(patch["path"] for patch in listing.get("patches", []))]
        files = {path.name for path in folder.iterdir()} - {"kustomization.yaml"}
        assert {name for name in named if "/" not in name} == files
        assert all((folder / name).exists() for name in named)


def test_kustomize_puts_it_together() -> None:
    """Where kustomize is installed, the example builds, with the image and the settings of the overlay."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed")
    built = subprocess.run(["kubectl", "kustomize", str(EXAMPLE)], capture_output=True, text=True, check=True).stdout
    assert "image: images.example.org/fingerpost:0.1.0" in built
    assert "FINGERPOST_CONSOLE_URL: https://staff.example.org" in built
    assert built.count("\nkind: Deployment\n") == 4


@pytest.mark.parametrize("name", sorted(DEPLOYMENTS))
def test_every_pod_is_confined(name: str) -> None:
    """Not root, nothing writable but a small memory folder and its own volume, no capabilities, no token of the cluster."""
    spec, one = pod(DEPLOYMENTS[name]), container(DEPLOYMENTS[name])
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True and spec["securityContext"]["runAsUser"] >= 10000
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    own = one["securityContext"]
    assert own["allowPrivilegeEscalation"] is False and own["readOnlyRootFilesystem"] is True
    assert own["capabilities"] == {"drop": ["ALL"]}
    assert {mount["name"] for mount in one["volumeMounts"]} == {volume["name"] for volume in spec["volumes"]}


@pytest.mark.parametrize("name", sorted(DEPLOYMENTS))
def test_every_pod_has_probes_limits_and_time_to_drain(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked whether it is up, ready and alive; it has requests and a memory limit; stopping leaves time."""
    one = container(DEPLOYMENTS[name])
    assert one["args"] == [name]
    assert name in parts(monkeypatch)
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert one[probe]["httpGet"]["port"] == "http"
        assert one[probe]["timeoutSeconds"] >= 2
    assert set(one["resources"]["requests"]) == {"cpu", "memory"} and one["resources"]["limits"]["memory"]
    pause = int(one["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod(DEPLOYMENTS[name])["terminationGracePeriodSeconds"] >= pause + 20


def test_the_gateway_stays_in_service_with_everything_behind_it_down() -> None:
    """Its readiness is its own, not Rasa's: a cluster must not take away what keeps visitors safe."""
    one = container(DEPLOYMENTS["gateway"])
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert one[probe]["httpGet"]["path"] == "/healthz"
    assert container(DEPLOYMENTS["rasa"])["readinessProbe"]["httpGet"]["path"] == "/readyz"


@pytest.mark.parametrize("name", sorted(DEPLOYMENTS))
def test_every_pod_sees_what_editors_publish(name: str) -> None:
    """One volume that all nodes can mount, at the folder the settings name; only the console writes it, and has room to train."""
    claim = next(c for c in of("PersistentVolumeClaim") if c["metadata"]["name"] == "content")
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    volume = next(v for v in pod(DEPLOYMENTS[name])["volumes"] if v["name"] == "content")
    mount = next(m for m in container(DEPLOYMENTS[name])["volumeMounts"] if m["name"] == "content")
    assert volume["persistentVolumeClaim"]["claimName"] == "content"
    settings = next(c["data"] for c in of("ConfigMap") if "FINGERPOST_INTERNAL_HOST" in c["data"])
    assert mount["mountPath"] == settings["FINGERPOST_CONTENT_FOLDER"]
    writes = name == "console"
    assert mount.get("readOnly", False) is not writes
    if writes:
        assert container(DEPLOYMENTS[name])["resources"]["limits"]["memory"] == "3Gi"


@pytest.mark.parametrize("name", ["gateway", "console"])
def test_helplines_are_found_where_the_settings_say(name: str) -> None:
    """A ConfigMap of the charity's own, which may be missing: then no handoffs are offered."""
    volume = next(v for v in pod(DEPLOYMENTS[name])["volumes"] if v["name"] == "helplines")
    mount = next(m for m in container(DEPLOYMENTS[name])["volumeMounts"] if m["name"] == "helplines")
    assert volume["configMap"]["optional"] is True
    assert any(c["data"].get("FINGERPOST_HELPLINES_FOLDER") == mount["mountPath"] for c in of("ConfigMap"))


def test_selectors_find_what_they_mean() -> None:
    """Services, budgets, autoscalers and deployments agree on labels, names and ports."""
    for name, deployment in DEPLOYMENTS.items():
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        assert deployment["spec"]["selector"]["matchLabels"] == labels
        service = next(s for s in of("Service") if s["metadata"]["name"] == name)
        assert service["spec"]["selector"] == labels
        assert service["spec"]["ports"][0]["targetPort"] == "http"
        assert service["spec"]["ports"][0]["port"] == container(deployment)["ports"][0]["containerPort"]
    for budget in of("PodDisruptionBudget"):
        deployment = DEPLOYMENTS[budget["metadata"]["name"]]
        assert budget["spec"]["selector"]["matchLabels"] == deployment["spec"]["selector"]["matchLabels"]
    for scaler in of("HorizontalPodAutoscaler"):
        deployment = DEPLOYMENTS[scaler["spec"]["scaleTargetRef"]["name"]]
        assert scaler["spec"]["minReplicas"] == deployment["spec"]["replicas"] >= 2


def test_what_visitors_need_survives_a_node() -> None:
    """Gateway, Rasa and actions each have two pods, a budget and an autoscaler, and are exchanged one by one."""
    budgets = {d["metadata"]["name"] for d in of("PodDisruptionBudget")}
    scalers = {d["metadata"]["name"] for d in of("HorizontalPodAutoscaler")}
    assert budgets == scalers == {"gateway", "rasa", "actions"}
    for name in budgets:
        assert DEPLOYMENTS[name]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_nothing_is_allowed_that_is_not_listed() -> None:
    """One policy closes every pod in both directions."""
    assert POLICIES["default-deny"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_nobody_but_the_gateway_reaches_rasa() -> None:
    """Of all policies, one lets anyone in to Rasa, and only the gateway."""
    for name, allowed in {"rasa": {"gateway"}, "actions": {"rasa", "gateway"}}.items():
        rules = [
            rule
            for policy in POLICIES.values()
            if policy["podSelector"].get("matchLabels", {}).get("app.kubernetes.io/component") in (name, None)
            for rule in policy.get("ingress", [])
        ]
        assert len(rules) == 1
        assert components(rules[0]["from"]) == allowed
        assert rules[0]["ports"] == [
            {"protocol": "TCP", "port": container(DEPLOYMENTS[name])["ports"][0]["containerPort"]}
        ]


def test_who_may_be_reached_may_be_spoken_to() -> None:
    """Both ends of every way inside are open: a rule to leave for every rule to enter."""
    for name in ("rasa", "actions"):
        for caller in components(POLICIES[name]["ingress"][0]["from"]):
            out = [rule for rule in POLICIES[caller].get("egress", []) if name in components(rule["to"])]
            assert len(out) == 1, f"{caller} can't leave for {name}"
            assert out[0]["ports"] == POLICIES[name]["ingress"][0]["ports"]


def test_every_setting_named_is_one_and_secrets_come_from_the_secret() -> None:
    """No value of a secret stands in a manifest."""
    for path in KUBERNETES.rglob("*.y*ml"):
        assert settings_named(path.read_text()) <= known_settings(), path.name
    assert of("Secret") == []
    secret = {"FINGERPOST_REDIS_URL", "FINGERPOST_HANDOFF_URL", "FINGERPOST_HANDOFF_KEY", "FINGERPOST_STAFF_KEY"}
    for config in of("ConfigMap"):
        assert not secret & config["data"].keys()
        assert all(isinstance(value, str) for value in config["data"].values())
    for deployment in DEPLOYMENTS.values():
        for variable in container(deployment)["env"]:
            assert (variable["name"] in secret) == ("valueFrom" in variable)
