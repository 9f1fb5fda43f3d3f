import type { BenchmarkRule } from "../../../policy/benchmarks";
import { beside, type Mistake } from "./mistake";

const wall = (
  title: string,
  from: BenchmarkRule | undefined,
  allow: object,
  of: object = { sourceRanges: ["0.0.0.0/0"] },
): Mistake =>
  beside({ title, rule: "firewall-closed", ...(from ? { from } : {}) }, "gcp:compute/firewall:Firewall", {
    network: "shop",
    allows: [allow],
    ...of,
  });

const tcp = (...ports: string[]) => ({ protocol: "tcp", ports });

const machine = (title: string, rule: string, from: BenchmarkRule, of: object): Mistake =>
  beside({ title, rule, from }, "gcp:compute/instance:Instance", { machineType: "e2-small", ...of });

const setting = (title: string, rule: string, from: BenchmarkRule, type: string, of: object = {}): Mistake =>
  beside({ title, rule, from }, type, { name: "shop", ...of });

/** Networks, and machines in them. */
export const network: Mistake[] = [
  wall("SSH from anywhere", "CKV_GCP_2", tcp("22")),
  wall("RDP from anywhere", "CKV_GCP_3", tcp("3389")),
  wall("FTP from anywhere", "CKV_GCP_75", tcp("21")),
  wall("FTP's data from anywhere", "CKV_GCP_77", tcp("20")),
  wall("MySQL from anywhere", "CKV_GCP_88", tcp("3306")),
  wall("plain HTTP from anywhere", "CKV_GCP_106", tcp("80")),
  wall("SSH in a range of ports", "GCP-0071", tcp("20-443")),
  wall("every port from anywhere", "GCP-0072", { protocol: "tcp" }),
  wall("every protocol from anywhere, by IPv6", "GCP-0027", { protocol: "all" }, { sourceRanges: ["::/0"] }),
  wall("no source, which is any", undefined, tcp("5432"), {}),
  beside(
    { title: "a rule of a firewall policy for anywhere", rule: "firewall-policy-closed", from: "GCP-0027" },
    "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
    {
      ...{ direction: "INGRESS", action: "allow" },
      match: { srcIpRanges: ["0.0.0.0/0"], layer4Configs: [{ ipProtocol: "tcp", ports: ["22"] }] },
    },
  ),
  setting(
    "a project with the default network",
    "project-without-default-network",
    "CKV_GCP_27",
    "gcp:organizations/project:Project",
  ),
  setting("a load balancer with TLS 1.0", "tls-modern", "CKV_GCP_4", "gcp:compute/sSLPolicy:SSLPolicy", {
    minTlsVersion: "TLS_1_0",
  }),
  setting("a zone without signatures", "dns-signed", "CKV_GCP_16", "gcp:dns/managedZone:ManagedZone", {
    dnssecConfig: { state: "off" },
  }),
  setting(
    "a subnetwork without Google's APIs",
    "subnetwork-private-access",
    "CKV_GCP_74",
    "gcp:compute/subnetwork:Subnetwork",
  ),
  machine("a machine as the default account", "machine-account", "CKV_GCP_30", {
    serviceAccount: { scopes: ["cloud-platform"] },
  }),
  machine("a machine as the default account with all scopes", "machine-account", "CKV_GCP_31", {
    serviceAccount: { email: "1-compute@developer.gserviceaccount.com", scopes: ["cloud-platform"] },
  }),
  machine("a machine with an address", "machine-no-address", "CKV_GCP_40", {
    networkInterfaces: [{ network: "shop", accessConfigs: [{}] }],
  }),
  machine("a machine that forwards", "machine-no-forwarding", "CKV_GCP_36", { canIpForward: true }),
  machine("a machine with a serial port", "machine-no-serial-port", "CKV_GCP_35", {
    metadata: { "serial-port-enable": "TRUE" },
  }),
  machine("a machine without OS Login", "machine-os-login", "CKV_GCP_34", { metadata: { "enable-oslogin": "false" } }),
  machine("a machine that is not shielded", "machine-shielded", "CKV_GCP_39", {
    shieldedInstanceConfig: { enableVtpm: false, enableIntegrityMonitoring: true },
  }),
];
