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

type Binding = { role: string; members: string[]; condition?: { title: string; expression: string } };
type Policy = { etag: string; bindings?: Binding[] };
type Giving = { cloud: TestCloud; account: Account; rights: readonly Right[] };

/** Gives an account these roles of Google's on the project and takes every other from it, as the owner does. */
export const give = ({ cloud, account, rights }: Giving): Promise<void> =>
  giveMember({
    post: (path, body) => cloud.must(`POST ${path}`, body),
    project: PROJECT,
    email: emailOf(account),
    rights: rights.filter(({ permission }) => permission === undefined),
  });

type GivingMember = {
  /** Sends a request to the cloud as the project's owner. */
  post: (path: string, body: object) => Promise<unknown>;
  project: string;
  email: string;
  rights: readonly Right[];
};

/** Gives an account of any project these roles on one, and takes every other from it there. */
export const giveMember = async ({ post, project, email, rights }: GivingMember): Promise<void> => {
  const policy = `cloudresourcemanager/v1/projects/${project}`;
  const member = `serviceAccount:${email}`;
  const asked = { options: { requestedPolicyVersion: 3 } };
  const { etag, bindings = [] } = (await post(`${policy}:getIamPolicy`, asked)) as Policy;
  const others = bindings.map(({ members, ...binding }) => ({
    ...binding,
    members: members.filter((other) => other !== member),
  }));
  const own = rights
    .filter(({ on }) => on === "project")
    .map(({ role, condition }): Binding => {
      const limited = condition !== undefined && { condition: { title: "limited", expression: condition } };
      return { role: role.replace("<project>", project), members: [member], ...limited };
    });
  await post(`${policy}:setIamPolicy`, { policy: { version: 3, etag, bindings: [...others, ...own] } });
};
