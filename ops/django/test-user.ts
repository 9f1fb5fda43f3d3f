import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import { execCaptured } from "../../docker/exec";

/** The user that `fleet seed` makes: nobody else's name, so that no password of a person's is changed. */
export const TEST_USER = "prueba";

/** A password that is told once and kept nowhere but, hashed, in the databases of the stack. */
export const makePassword = (): string => randomBytes(12).toString("base64url");

/** For any Django project: one without users or a back office has no test user, and prints nothing. */
const PROGRAM = `
import os
from django.apps import apps
if apps.is_installed("django.contrib.auth") and apps.is_installed("django.contrib.admin"):
    from django.contrib.auth import get_user_model
    from django.urls import reverse
    model = get_user_model()
    user, _ = model._default_manager.get_or_create(**{model.USERNAME_FIELD: os.environ["TEST_USER"]})
    user.is_active = user.is_staff = user.is_superuser = True
    user.set_password(os.environ["TEST_PASSWORD"])
    user.save()
    print(reverse("admin:index"))
`;

type Where = { docker: Docker; container: string };

/**
 * Makes the test user of a service, or gives it another password. Resolves to the path of the back office, or to nothing
 * where the service has none.
 */
export const makeTestUser = async (of: Where & { password: string }): Promise<string | undefined> => {
  const { docker, container, password } = of;
  const { code, stdout, stderr } = await execCaptured({
    ...{ docker, container, command: ["python", "manage.py", "shell", "-c", PROGRAM] },
    // A list of processes shows arguments, and no variables.
    env: [`TEST_USER=${TEST_USER}`, `TEST_PASSWORD=${password}`],
  });
  if (code !== 0) process.stderr.write(`no user to log in as was made: ${lastLine(stderr)}\n`);
  return code === 0 && lastLine(stdout).startsWith("/") ? lastLine(stdout) : undefined;
};

/** Django's shell may say before what it imports by itself. */
const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";
