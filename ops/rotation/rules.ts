import { suggestion, when, type Problem } from "../../infra/problems";
import { command } from "../stack/stack";

/** The facts about a secret to rotate. */
export type Wanted = {
  secret: string;
  stack: string;
  /** Every secret of the published plan, by full name. */
  known: readonly string[];
  /** Whether fleet:secrets gives its value. */
  isGiven: boolean;
  /** Whether something that runs uses it. */
  isUsed: boolean;
};

/** The config key that counts a secret's rotations. */
export const rotationsKey = (secret: string): string => `fleet:rotations["${secret}"]`;

/** The config key that says which rotation of a database's password is finished. */
export const rekeyedKey = (secret: string): string => `fleet:rekeyed["${secret}"]`;

type Counts = Readonly<Record<string, number>>;

/** The database passwords whose last rotation left the user that rests its password of before, with their counts. */
export const unfinished = (of: { rotations: Counts; rekeyed: Counts; hasTwoUsers: (secret: string) => boolean }) =>
  Object.entries(of.rotations).filter(
    ([secret, rotation]) => rotation > 0 && of.rekeyed[secret] !== rotation && of.hasTwoUsers(secret),
  );

/** The config key that gives a secret's value. */
export const givenKey = (secret: string): string => `fleet:secrets["${secret}"]`;

/** Why a secret cannot be rotated. */
export const secretProblems = ({ secret, stack, known, isGiven, isUsed }: Wanted): Problem[] => {
  if (!known.includes(secret)) {
    const message = `${secret} is not a secret of this stack.${suggestion(secret, known)} Secrets: ${known.join(", ")}`;
    return [{ path: "secret", message, cure: command("rotate <one of these>", stack) }];
  }
  if (isGiven) {
    const cure = `./fleet pulumi config set --secret --path '${givenKey(secret)}' --stack ${stack} (it asks for the new value), then ./fleet pulumi up --stack ${stack}, then ${command("rotate", stack)}`;
    return [{ path: secret, message: "has the value that fleet:secrets gives, so only its owner can change it", cure }];
  }
  return isUsed
    ? []
    : [{ path: secret, message: `is used by nothing that runs in ${stack}`, cure: "rotate one that is used" }];
};

/** Without a record the secrets are unknown. */
export const unknownSecrets = ({ stack, why }: { stack: string; why: string }): Problem => ({
  path: `stack ${stack}`,
  message: `it is not known which secrets it has: ${why}`,
  cure: `./fleet pulumi up --stack ${stack} (it records the plan), then run this again`,
});

/** A revision that is kept is pinned to the versions before. */
export const heldProblems = ({ held, stack }: { held: readonly string[]; stack: string }): Problem[] =>
  when(held.length > 0, {
    path: `stack ${stack}`,
    message: `a roll-out is not over, or was taken back: the revisions that are kept for ${held.join(", ")} need the versions that they have`,
    cure: `./fleet deploy ${stack}, then ${command("rotate <secret>", stack)}`,
  });

/** An update would bring along more than the rotation. */
export const pendingProblem = (stack: string): Problem => ({
  path: `stack ${stack}`,
  message: "what runs is not what the program says (or its preview fails), and a rotation would bring that along",
  cure: `./fleet pulumi up --stack ${stack}, then this again; after a rotation that was cut off: ${command("rotate", stack)}`,
});
