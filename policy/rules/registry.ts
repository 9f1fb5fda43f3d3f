import { at, isMissing, isNot, setting, textAt, when, type Rule } from "../rule";
import { REGISTRY_IMAGE, REPOSITORY } from "../types";

/** A registry of this machine, as a rehearsal uses. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?\//;

/** Rules on the image registry. */
export const registryRules: readonly Rule[] = [
  {
    name: "registry-cleanup",
    description: "Old images are deleted: the registry is billed by the gigabyte.",
    types: REPOSITORY,
    mistakes: ({ props }) => [
      ...when(isMissing(at(props, "cleanupPolicies")), "old images stay for ever; set cleanupPolicies"),
      ...when(
        at(props, "cleanupPolicyDryRun") === true,
        "its cleanup policies only pretend; set cleanupPolicyDryRun to false",
      ),
    ],
  },
  setting({
    name: "registry-scanned",
    description: "What is pushed is looked through for known weaknesses.",
    types: REPOSITORY,
    path: "vulnerabilityScanningConfig.enablementConfig",
    isWrong: (value) => value === "DISABLED",
    say: "nobody learns of an image's weaknesses; set vulnerabilityScanningConfig.enablementConfig to INHERITED",
  }),
  {
    name: "registry-image-kept",
    description: "The image of the revision before stays in the registry, so that one can go back to it.",
    types: REGISTRY_IMAGE,
    mistakes: ({ props }) =>
      when(
        isNot(at(props, "keepRemotely"), true),
        "the old image is deleted from the registry under the revision that runs it; set keepRemotely to true",
      ),
  },
  {
    name: "registry-tls",
    description: "Images are pushed over TLS with a certificate that is checked; loopback alone is excused.",
    types: REGISTRY_IMAGE,
    mistakes: ({ props }) =>
      when(
        at(props, "insecureSkipVerify") === true && !LOOPBACK.test(textAt(props, "name") ?? ""),
        "the registry's certificate is not checked; take insecureSkipVerify out",
      ),
  },
];
