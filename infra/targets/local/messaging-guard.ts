/** The variable with the access key that LocalStack's clients have to name. */
export const ACCESS_KEY = "FLEET_ACCESS_KEY";

/**
 * LocalStack runs the scripts of this folder in its own process before it listens:
 * https://docs.localstack.cloud/aws/capabilities/config/initialization-hooks/
 */
export const GUARD_FILE = "/etc/localstack/init/start.d/guard.py";

/**
 * Lets LocalStack answer only to who names the access key. By itself it takes any key, and requests without one too: a
 * form or an image of any web page could make queues and send messages. Its own calls come from its own loopback.
 */
export const GUARD = `import os
from hmac import compare_digest

from localstack.aws.handlers import preprocess_request

EXPECTED = f"AWS4-HMAC-SHA256 Credential={os.environ['${ACCESS_KEY}']}/".encode()


def guard(chain, context, response):
    request = context.request
    given = request.headers.get("Authorization", "").encode()[: len(EXPECTED)]
    if request.remote_addr not in ("127.0.0.1", "::1") and not compare_digest(given, EXPECTED):
        response.status_code = 403
        chain.terminate()


preprocess_request.append(guard)
`;

/** Fails where the guard does not guard: LocalStack goes on without a script that failed. */
export const GUARDED = `[ "$(curl -s -o /dev/null -w '%{http_code}' "http://$HOSTNAME:4566/")" = 403 ] || { echo 'LocalStack answers to anybody: its guard (${GUARD_FILE}) did not load'; exit 1; }`;
