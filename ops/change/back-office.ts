import assert from "node:assert/strict";
import * as z from "zod";
import { causeOf, type Access, type Answer } from "../../demo/client";
import type { Tell } from "../../demo/story";
import { accessToken } from "../../rehearsal/access-token";
import { connectGoogle } from "../django/manage/google";
import { runScript } from "../django/manage/script";
import { TEST_USER } from "../django/test-user";
import type { Place } from "../rehearsal/place";
import { readState } from "../stack/checkpoint";
import type { Service } from "../stack/health";
import type { Session } from "../start/set-up";
import { tell } from "../terminal/phase";

/** A person who has logged in to a service's back office once, and stays logged in. */
export type Visitor = {
  service: Service;
  /** The page that is looked at: `/admin/`. */
  page: string;
  /** The session's cookie, of a database with test data alone: `sessionid=...`. */
  cookie: string;
};

/** For any Django project: one without users, sessions or a back office prints nothing. */
const PROGRAM = `
from importlib import import_module
from django.apps import apps
from django.conf import settings
needed = ("django.contrib.admin", "django.contrib.auth", "django.contrib.sessions")
if all(apps.is_installed(name) for name in needed):
    from django.contrib import auth
    from django.urls import reverse
    model = auth.get_user_model()
    user, _ = model._default_manager.get_or_create(**{model.USERNAME_FIELD: "${TEST_USER}"})
    user.is_active = user.is_staff = user.is_superuser = True
    user.save()
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[auth.SESSION_KEY] = user._meta.pk.value_to_string(user)
    session[auth.BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    print("visitor", reverse("admin:index"), f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
`;

type Opening = { place: Place; session: Session; services: readonly Service[] };

/** Logs a person in to the back office of each web service that has one. */
export const logIn = async ({ place, session, services }: Opening): Promise<Visitor[]> => {
  const state = readState(place.stack) ?? { resources: [], pending: [] };
  const google = connectGoogle({ accessToken: accessToken(place.folder), env: session.env, pauseMs: PAUSE_MS });
  const { name: stack } = place.stack;
  const visitors = services.map(async (service) => {
    const { exitCode, failure, output } = await runScript({ google, stack, state, service, program: PROGRAM });
    if (exitCode !== 0)
      tell("change")(
        `nobody could log in to ${service.system}/${service.service}: ${output.split("\n").at(-1) || failure || ""}`,
      );
    const [, page, cookie] = /^visitor (\/\S*) (\S+=\S+)$/m.exec(output) ?? [];
    return page !== undefined && cookie !== undefined ? [{ service, page, cookie }] : [];
  });
  return (await Promise.all(visitors)).flat();
};

const PAUSE_MS = 300;
const PATIENCE_MS = 10_000;

type Visiting = { visitor: Visitor; access: Access };

/** Looks at the back office: the session of before is still one, and the page has its style. */
export const visit = async ({ visitor, access }: Visiting, tell: Tell): Promise<void> => {
  const page = await tell({
    did: "somebody who logged in before looks at the back office",
    ask: () => get({ visitor, access, path: visitor.page }),
    shape: z.string(),
    tell: () => visitor.page,
  });
  const [, style] = /<link[^>]* href="(\/[^"]+\.css)"/.exec(page) ?? [];
  if (style === undefined) return;
  await tell({
    did: "the style of the back office is there",
    ask: () => get({ visitor, access, path: style }),
    shape: z.string(),
    tell: (text) => {
      assert.ok(text.length > 0, "it is empty");
      return style;
    },
  });
};

const get = async ({ visitor, access, path }: Visiting & { path: string }): Promise<Answer> => {
  const address = new URL(path, access.url);
  const began = performance.now();
  const headers = {
    cookie: visitor.cookie,
    accept: "text/html,text/css",
    ...(access.identity !== undefined && { "x-serverless-authorization": `Bearer ${access.identity}` }),
  };
  const asked = { method: "GET", path };
  try {
    const answer = await fetch(address, { headers, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
    const body = await answer.text();
    access.watch?.({ ...asked, status: answer.status, ms: performance.now() - began });
    return { asked: `GET ${address.href}`, status: answer.status, headers: answer.headers, body };
  } catch (error) {
    access.watch?.({ ...asked, error: causeOf(error as Error), ms: performance.now() - began });
    throw error;
  }
};
