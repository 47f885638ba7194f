"""What a failure tells people to do is what helps there."""

import pytest

from journeys.failures import sentence
from journeys.journal import Call


def call(**told: object) -> Call:
    usual = {"api": "s3", "operation": "s3.GetObject", "subject": "", "identity": "user", "site": "primary"}
    usual |= {"purpose": "probe", "started": 0.0, "duration": 0.1, "attempts": 1, "sent": 0, "received": 0}
    return Call(**{**usual, "outcome": "failed", **told})


@pytest.mark.parametrize(
    ("where", "helps"),
    [
        ({"api": "s3"}, "for an own CA AWS_CA_BUNDLE."),
        ({"api": "ec2"}, "for an own CA AWS_CA_BUNDLE."),
        ({"api": "s3", "site": "replica"}, "for an own CA JOURNEYS_REPLICA_CA_BUNDLE."),
        ({"api": "openstack"}, "for an own CA the cacert of the cloud in clouds.yaml (or OS_CACERT)."),
        ({"api": "kubernetes"}, "for an own CA the certificate-authority-data of the cluster in the kubeconfig."),
        ({"api": "http"}, "for an own CA AWS_CA_BUNDLE (or SSL_CERT_FILE, where that is not set)."),
    ],
)
def test_a_certificate_that_is_not_trusted_names_what_says_whom_to_trust(where: dict[str, str], helps: str) -> None:
    assert sentence(call(reason="tls", **where)).endswith(f"check the certificate, its name, and {helps}")
