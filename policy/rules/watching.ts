import { at, isMissing, isNot, when, type ResourceRule } from "../rule";
import { ALERT_POLICY, UPTIME_CHECK } from "../types";

/** Rules on alerts and uptime checks. */
export const watchingRules: readonly ResourceRule[] = [
  {
    name: "alert-has-channel",
    description: "Every alert reaches somebody.",
    types: [ALERT_POLICY],
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
    types: [UPTIME_CHECK],
    mistakes: ({ props }) =>
      when(
        at(props, "httpCheck") !== undefined &&
          (isNot(at(props, "httpCheck.useSsl"), true) || isNot(at(props, "httpCheck.validateSsl"), true)),
        "it checks over plain HTTP or takes any certificate; set httpCheck.useSsl and validateSsl to true",
      ),
  },
];
