import { at, isMissing, isNot, when, type Rule } from "../rule";
import { ALERT_POLICY, SERVICE, UPTIME_CHECK } from "../types";
import { publicServices } from "./public";

/** Rules on alerts and uptime checks. */
export const watchingRules: readonly Rule[] = [
  {
    name: "alert-has-channel",
    description: "Every alert reaches somebody.",
    types: ALERT_POLICY,
    mistakes: ({ props }) => [
      ...when(
        isMissing(at(props, "notificationChannels")),
        "it alerts nobody; set fleet:alertEmail, or notificationChannels",
      ),
      ...when(at(props, "enabled") === false, "it is switched off; set enabled to true"),
    ],
  },
  {
    name: "uptime-check-tls",
    description: "Uptime checks come as visitors do: over TLS, with a certificate that is checked.",
    types: UPTIME_CHECK,
    mistakes: ({ props }) =>
      when(
        at(props, "httpCheck") !== undefined &&
          (isNot(at(props, "httpCheck.useSsl"), true) || isNot(at(props, "httpCheck.validateSsl"), true)),
        "it checks over plain HTTP or takes any certificate; set httpCheck.useSsl and validateSsl to true",
      ),
  },
  {
    name: "stack-watched",
    description: "Somebody is told when a service fails, and each public one is asked from outside whether it answers.",
    // fleet:alerts switches it off, which is the owner's to decide.
    isAdvisory: true,
    stackMistakes: (resources) => {
      const services = resources.filter(({ type }) => SERVICE.test(type));
      const open = new Set(publicServices(resources).flatMap(({ service }) => service ?? []));
      const checks = resources.filter(({ type }) => UPTIME_CHECK.test(type)).length;
      const alerts = resources.filter(({ type }) => ALERT_POLICY.test(type)).length;
      return [
        ...services.slice(0, alerts === 0 ? 1 : 0).map((about) => ({
          about,
          message: "nobody is told when it fails; set fleet:alerts to true, or make an AlertPolicy",
        })),
        ...[...open].slice(checks).map((about) => ({
          about,
          message: "it is public, and nothing asks from outside whether it answers; make an UptimeCheckConfig",
        })),
      ];
    },
  },
];
