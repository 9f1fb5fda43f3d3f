import { at, isFalse, isMissing, isNot, isTrue, listAt, setting, when, type Rule } from "../rule";
import { isDefaultAccount } from "./access";

const CLUSTER = /^gcp:container\/cluster:/;
const NODES = /^gcp:container\/(nodePool|cluster):/;

const isAutopilot = (props: unknown): boolean => at(props, "enableAutopilot") === true;

/** Rules on Kubernetes: what the benchmarks ask of a cluster and Google's defaults do not give. */
export const clusterRules: readonly Rule[] = [
  setting({
    name: "gke-no-legacy-abac",
    description: "Roles say who may what in a cluster.",
    covers: ["CKV_GCP_7", "GCP-0062"],
    types: CLUSTER,
    path: "enableLegacyAbac",
    isWrong: isTrue,
    say: "every account of the cluster may do everything; take enableLegacyAbac out",
  }),
  setting({
    name: "gke-no-client-certificate",
    description: "Nobody signs in at a cluster by a certificate that cannot be taken back.",
    covers: ["CKV_GCP_13", "GCP-0064"],
    types: CLUSTER,
    path: "masterAuth.clientCertificateConfig.issueClientCertificate",
    isWrong: isTrue,
    say: "its certificate cannot be taken back; set issueClientCertificate to false",
  }),
  {
    name: "gke-private",
    description: "Neither a cluster's nodes nor its control plane is open to the internet.",
    covers: ["CKV_GCP_18", "CKV_GCP_20", "CKV_GCP_25", "CKV_GCP_64", "GCP-0053", "GCP-0059", "GCP-0061"],
    types: CLUSTER,
    mistakes: ({ props }) => {
      const blocks = listAt(props, "masterAuthorizedNetworksConfig.cidrBlocks");
      const anywhere = blocks.some((block) => String(at(block, "cidrBlock")).endsWith("/0"));
      return [
        ...when(
          isNot(at(props, "privateClusterConfig.enablePrivateNodes"), true),
          "its nodes have addresses of the internet; set privateClusterConfig.enablePrivateNodes to true",
        ),
        ...when(
          anywhere ||
            (isMissing(at(props, "masterAuthorizedNetworksConfig")) &&
              isNot(at(props, "privateClusterConfig.enablePrivateEndpoint"), true)),
          "anybody reaches its control plane; set masterAuthorizedNetworksConfig",
        ),
      ];
    },
  },
  {
    name: "gke-network-policy",
    description: "What runs in a cluster can be kept apart.",
    covers: ["CKV_GCP_12", "GCP-0056"],
    types: CLUSTER,
    mistakes: ({ props }) =>
      when(
        !isAutopilot(props) &&
          isNot(at(props, "networkPolicy.enabled"), true) &&
          at(props, "datapathProvider") !== "ADVANCED_DATAPATH",
        "every pod reaches every other; set networkPolicy.enabled to true, or datapathProvider to ADVANCED_DATAPATH",
      ),
  },
  {
    name: "gke-node-account",
    description: "Nodes run as an account of their own.",
    covers: ["GCP-0050"],
    types: NODES,
    mistakes: ({ props }) => {
      const config = at(props, "nodeConfig");
      const account = at(config, "serviceAccount");
      return when(
        !isMissing(config) &&
          !isAutopilot(props) &&
          (isMissing(account) || account === "default" || isDefaultAccount(String(account))),
        "its nodes run as the project's default account; set nodeConfig.serviceAccount",
      );
    },
  },
  {
    name: "gke-nodes-kept-well",
    description: "Nodes are repaired and upgraded by Google.",
    covers: ["CKV_GCP_9", "CKV_GCP_10", "GCP-0058", "GCP-0063"],
    types: /^gcp:container\/nodePool:/,
    mistakes: ({ props }) =>
      ["autoRepair", "autoUpgrade"]
        .filter((key) => isFalse(at(props, `management.${key}`)))
        .map((key) => `its nodes grow old; set management.${key} to true`),
  },
  setting({
    name: "gke-shielded",
    description: "Nodes prove that they are the cluster's.",
    covers: ["CKV_GCP_71", "GCP-0055"],
    types: CLUSTER,
    path: "enableShieldedNodes",
    isWrong: isFalse,
    say: "whoever has a node's credentials can pose as one; set enableShieldedNodes to true",
  }),
  setting({
    name: "gke-logs",
    description: "What happens in a cluster is logged and watched.",
    covers: ["CKV_GCP_1", "CKV_GCP_8", "GCP-0052", "GCP-0060"],
    types: CLUSTER,
    path: "loggingService",
    isWrong: (value) => value === "none",
    say: "nothing of it is logged; take loggingService out",
  }),
];
