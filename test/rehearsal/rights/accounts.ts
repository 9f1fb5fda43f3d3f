import { accountToken } from "../../../rehearsal/callers";
import { PROJECT, type TestCloud } from "../cloud";
import type { Account, Right } from "./team";

const ids: Record<Account, string> = {
  "check.yml": "fleet-preview",
  "drift.yml": "fleet-drift",
  "deploy.yml": "fleet-deploy",
};

export const emailOf = (account: Account): string => `${ids[account]}@${PROJECT}.iam.gserviceaccount.com`;

export const tokenFor = ({ token }: TestCloud, account: Account): string =>
  accountToken({ token, account: emailOf(account) });

/** Makes the account as the project's owner does. */
export const makeAccount = async (cloud: TestCloud, account: Account): Promise<void> => {
  cloud.enable("iam");
  await cloud.must(`POST iam/v1/projects/${PROJECT}/serviceAccounts`, { accountId: ids[account] });
};

const POLICY = `cloudresourcemanager/v1/projects/${PROJECT}`;

type Binding = { role: string; members: string[]; condition?: { title: string; expression: string } };
type Giving = { cloud: TestCloud; account: Account; rights: readonly Right[] };

/** Gives an account these roles on the project and takes every other from it, as the owner does. */
export const give = async ({ cloud, account, rights }: Giving): Promise<void> => {
  const member = `serviceAccount:${emailOf(account)}`;
  const { etag, bindings = [] } = await cloud.must(`POST ${POLICY}:getIamPolicy`, {
    options: { requestedPolicyVersion: 3 },
  });
  const others = (bindings as Binding[]).map(({ members, ...binding }) => ({
    ...binding,
    members: members.filter((other) => other !== member),
  }));
  const own = rights
    .filter(({ on, permission }) => on === "project" && permission === undefined)
    .map(({ role, condition }): Binding => {
      const limited = condition !== undefined && { condition: { title: "limited", expression: condition } };
      return { role, members: [member], ...limited };
    });
  await cloud.must(`POST ${POLICY}:setIamPolicy`, { policy: { version: 3, etag, bindings: [...others, ...own] } });
};
