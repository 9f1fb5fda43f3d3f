"""In the place of the peer's own fixtures: Google's client over REST, at the address that adds the token."""

import os
import uuid

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import secretmanager


@pytest.fixture(scope="session")
def project_id():
    return os.environ["FLOCI_GCP_PROJECT"]


@pytest.fixture(scope="session")
def endpoint():
    return os.environ["FLOCI_GCP_ENDPOINT"]


@pytest.fixture
def unique_name():
    return f"pytest-{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="session")
def secret_manager_client(endpoint):
    return secretmanager.SecretManagerServiceClient(
        credentials=AnonymousCredentials(),
        client_options=ClientOptions(api_endpoint=endpoint),
        transport="rest",
    )
