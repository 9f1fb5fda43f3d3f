import type Docker from "dockerode";
import { execCaptured } from "../docker/exec";

/** A user who can do nothing but call the API: without a password, no access to the back office. */
const SCRIPT = `
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token
user = User.objects.filter(username="demo").first() or User.objects.create_user("demo")
print("token", Token.objects.get_or_create(user=user)[0].key)
`;

/** The token of the user `demo`; the service creates the user if it does not exist. */
export const tokenOf = async ({ docker, container }: { docker: Docker; container: string }): Promise<string> => {
  const command = ["python", "manage.py", "shell", "--verbosity", "0", "--command", SCRIPT];
  const { output } = await execCaptured({ docker, container, command });
  const token = /^token (\w+)$/m.exec(output)?.[1];
  if (!token) throw new Error(`no token from ${container}: ${output.trim().slice(-400)}`);
  return token;
};
