import { at, isFalse, isMissing, isNotTrue, listAt, setting, textAt, UNKNOWN, when, type Rule } from "../rule";
import { isDefaultAccount } from "./access";

const FIREWALL = /^gcp:compute\/firewall:/;
const FIREWALL_RULE = /^gcp:compute\/(region)?(network)?firewallPolicyRule:/i;
const MACHINE = /^gcp:compute\/(instance|instanceTemplate|regionInstanceTemplate):/;

const isAnywhere = (range: unknown): boolean => /^(0\.0\.0\.0|::|\*)(\/0)?$/.test(String(range));

/** HTTPS, and the messages by which networks find their way. */
const mayBeOpen = (protocol: unknown, ports: readonly unknown[]): boolean =>
  /^(icmp|ipv6-icmp|58|1)$/i.test(String(protocol)) ||
  (/^(tcp|udp|6|17)$/i.test(String(protocol)) && ports.length > 0 && ports.every((port) => String(port) === "443"));

const isOn = (value: unknown): boolean => /^(true|1|yes|y)$/i.test(String(value));

const metadata = (key: string, isWrong: (value: unknown) => boolean) => ({
  types: MACHINE,
  path: `metadata.${key}`,
  isWrong,
});

/** Rules on networks and on machines in them. */
export const networkRules: readonly Rule[] = [
  {
    name: "firewall-closed",
    description: "No firewall lets the whole internet in, but to HTTPS.",
    covers: [
      "CKV_GCP_2",
      "CKV_GCP_3",
      "CKV_GCP_75",
      "CKV_GCP_77",
      "CKV_GCP_88",
      "CKV_GCP_106",
      "GCP-0027",
      "GCP-0070",
      "GCP-0071",
      "GCP-0072",
      "CIS 3.6",
      "CIS 3.7",
    ],
    types: FIREWALL,
    mistakes: ({ props }) => {
      const sources = ["sourceRanges", "sourceTags", "sourceServiceAccounts"].map((key) => at(props, key));
      const anywhere = sources.every(isMissing) || listAt(props, "sourceRanges").some(isAnywhere);
      const open = listAt(props, "allows").filter(
        (allowed) => !mayBeOpen(at(allowed, "protocol"), listAt(allowed, "ports")),
      );
      return when(
        at(props, "direction") !== "EGRESS" && at(props, "disabled") !== true && anywhere && open.length > 0,
        `anybody in the internet reaches ${open.map((one) => [at(one, "protocol"), ...listAt(one, "ports")].join(" ")).join(", ")}; name sourceRanges, or sourceTags`,
      );
    },
  },
  {
    name: "firewall-policy-closed",
    description: "No rule of a firewall policy lets the whole internet in, but to HTTPS.",
    covers: ["GCP-0027", "GCP-0072"],
    types: FIREWALL_RULE,
    mistakes: ({ props }) =>
      when(
        at(props, "direction") === "INGRESS" &&
          /^allow$/i.test(textAt(props, "action") ?? "") &&
          at(props, "disabled") !== true &&
          listAt(props, "match.srcIpRanges").some(isAnywhere) &&
          listAt(props, "match.layer4Configs").some((one) => !mayBeOpen(at(one, "ipProtocol"), listAt(one, "ports"))),
        "anybody in the internet gets through; name match.srcIpRanges",
      ),
  },
  setting({
    name: "project-without-default-network",
    description: "A project has no network whose firewall was open from the start.",
    covers: ["CKV_GCP_27", "GCP-0010", "CIS 3.1"],
    types: /^gcp:organizations\/project:/,
    path: "autoCreateNetwork",
    isWrong: (value) => !isFalse(value),
    say: "its default network lets SSH and RDP in from anywhere; set autoCreateNetwork to false",
  }),
  setting({
    name: "tls-modern",
    description: "No load balancer speaks an old TLS.",
    covers: ["CKV_GCP_4", "GCP-0039", "CIS 3.9"],
    types: /^gcp:compute\/(region)?sslPolicy:/i,
    path: "minTlsVersion",
    isWrong: (value) => !/^TLS_1_[23]$/.test(String(value)),
    say: "it takes TLS 1.0; set minTlsVersion to TLS_1_2",
  }),
  setting({
    name: "dns-signed",
    description: "A public zone is signed.",
    covers: ["CKV_GCP_16", "GCP-0013", "CIS 3.3"],
    types: /^gcp:dns\/managedZone:/,
    path: "dnssecConfig.state",
    isWrong: (value) => value === "off",
    say: "its answers can be forged; set dnssecConfig.state to on",
  }),
  {
    name: "machine-account",
    description: "A machine runs as an account of its own, never as the default one.",
    covers: ["CKV_GCP_30", "CKV_GCP_31", "GCP-0044", "CIS 4.1", "CIS 4.2"],
    types: MACHINE,
    mistakes: ({ props }) => {
      const account = at(props, "serviceAccount");
      const email = at(account, "email");
      return when(
        !isMissing(account) && account !== UNKNOWN && (isMissing(email) || isDefaultAccount(String(email))),
        "it runs as the project's default account, which may edit much of the project; set serviceAccount.email",
      );
    },
  },
  setting({
    name: "machine-no-address",
    description: "A machine has no address of the internet.",
    covers: ["CKV_GCP_40", "GCP-0031", "CIS 4.9"],
    types: MACHINE,
    path: "networkInterfaces.accessConfigs",
    isWrong: (value) => value !== undefined,
    say: "it has an address of the internet; take accessConfigs out, people come through IAP",
  }),
  {
    name: "machine-no-forwarding",
    description: "A machine of one network sends no packets in another's name; one of several is a router.",
    covers: ["CKV_GCP_36", "GCP-0043", "CIS 4.6"],
    types: MACHINE,
    mistakes: ({ props }) =>
      when(
        at(props, "canIpForward") === true && listAt(props, "networkInterfaces").length < 2,
        "it may send packets under any address; take canIpForward out",
      ),
  },
  setting({
    name: "machine-no-serial-port",
    description: "Nobody signs in at a machine's serial port.",
    covers: ["CKV_GCP_35", "GCP-0032", "CIS 4.5"],
    ...metadata("serial-port-enable", isOn),
    say: "its console can be reached from anywhere; take serial-port-enable out of its metadata",
  }),
  setting({
    name: "machine-os-login",
    description: "Who signs in at a machine is for IAM to say.",
    covers: ["CKV_GCP_34", "GCP-0036", "CIS 4.4"],
    ...metadata("enable-oslogin", (value) => value !== undefined && !isOn(value)),
    say: "keys in its metadata let people in whom IAM does not know; take enable-oslogin out of its metadata",
  }),
  setting({
    name: "machine-shielded",
    description: "A machine starts only what is signed.",
    covers: ["CKV_GCP_39", "GCP-0041", "GCP-0045", "CIS 4.8"],
    types: MACHINE,
    path: "shieldedInstanceConfig",
    isWrong: (config) =>
      config !== undefined && ["enableVtpm", "enableIntegrityMonitoring"].some((key) => isFalse(at(config, key))),
    say: "its start is not measured; set enableVtpm and enableIntegrityMonitoring of shieldedInstanceConfig to true",
  }),
  setting({
    name: "subnetwork-private-access",
    description: "Machines without an address reach Google's APIs.",
    covers: ["CKV_GCP_74", "GCP-0075"],
    types: /^gcp:compute\/subnetwork:/,
    path: "privateIpGoogleAccess",
    isWrong: (value) => isNotTrue(value),
    say: "what has no address of the internet reaches no API; set privateIpGoogleAccess to true",
  }),
];
