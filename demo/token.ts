import type Docker from "dockerode";
import { execCaptured } from "../docker/exec";
import type { Service } from "../ops/stack/health";
import type { Access } from "./client";

/** A user who can do nothing but call the API: without a password, no access to the back office. */
export const TOKEN_SCRIPT = `
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token
user = User.objects.filter(username="demo").first() or User.objects.create_user("demo")
print("token", Token.objects.get_or_create(user=user)[0].key)
`;

/** How a client gets to the services of a stack in Docker. */
export const inDocker = (docker: Docker) => ({
  accessTo: ({ url = "" }: Pick<Service, "url">): Promise<Access> => Promise.resolve({ url }),
  tokenOf: async ({ container }: Pick<Service, "container">): Promise<string> => {
    const command = ["python", "manage.py", "shell", "--verbosity", "0", "--command", TOKEN_SCRIPT];
    const { output } = await execCaptured({ docker, container, command });
    return tokenIn(output, container);
  },
});

/** @throws Error where the script has printed none */
export const tokenIn = (output: string, service: string): string => {
  const token = /^token (\w+)$/m.exec(output)?.[1];
  if (!token) throw new Error(`no token from ${service}: ${output.trim().slice(-400)}`);
  return token;
};
