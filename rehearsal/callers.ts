/** Whoever calls the rehearsed cloud: the person who owns the project, or one of its service accounts. */
export type Caller = { email: string; isOwner: boolean };

/** The person who deploys and owns the project. */
export const OWNER = "owner@example.com";

const ACCOUNT_MARK = "~as~";

/** The access token of a service account: the owner's, and the account's address. Who has the first may take any other. */
export const accountToken = (of: { token: string; account: string }): string =>
  `${of.token}${ACCOUNT_MARK}${of.account}`;

/** The owner's token that an account's begins with; of the owner's own all of it. */
export const ownersToken = (token: string): string => token.split(ACCOUNT_MARK)[0] ?? "";

/** Whose token it is; without one, which the guard lets through to Google's descriptions alone, nobody's. */
export const callerOf = (token: string): Caller => {
  if (token === "") return { email: "anonymous", isOwner: false };
  const account = token.split(ACCOUNT_MARK)[1];
  return account === undefined ? { email: OWNER, isOwner: true } : { email: account, isOwner: false };
};

/** The caller as a policy's member. */
export const memberOf = ({ email }: Pick<Caller, "email">): string =>
  `${email.endsWith(".gserviceaccount.com") ? "serviceAccount" : "user"}:${email}`;
