import type { BenchmarkRule } from "../../../policy/benchmarks";
import { beside, type Mistake } from "./mistake";

const good = {
  datapathProvider: "ADVANCED_DATAPATH",
  privateClusterConfig: { enablePrivateNodes: true },
  masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "10.0.0.0/8" }] },
};

const cluster = (title: string, rule: string, from: BenchmarkRule, change: object): Mistake =>
  beside({ title, rule, from }, "gcp:container/cluster:Cluster", { ...good, ...change });

const nodes = (title: string, rule: string, from: BenchmarkRule, props: object): Mistake =>
  beside({ title, rule, from }, "gcp:container/nodePool:NodePool", { ...props });

/** Kubernetes. */
export const clusters: Mistake[] = [
  cluster("a cluster without roles", "gke-no-legacy-abac", "CKV_GCP_7", { enableLegacyAbac: true }),
  cluster("a cluster with client certificates", "gke-no-client-certificate", "CKV_GCP_13", {
    masterAuth: { clientCertificateConfig: { issueClientCertificate: true } },
  }),
  cluster("nodes with addresses", "gke-private", "CKV_GCP_64", { privateClusterConfig: undefined }),
  cluster("a control plane without a wall", "gke-private", "CKV_GCP_20", { masterAuthorizedNetworksConfig: undefined }),
  cluster("a control plane for anywhere", "gke-private", "CKV_GCP_18", {
    masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "0.0.0.0/0" }] },
  }),
  cluster("pods that reach every other", "gke-network-policy", "CKV_GCP_12", { datapathProvider: undefined }),
  cluster("nodes that are not shielded", "gke-shielded", "CKV_GCP_71", { enableShieldedNodes: false }),
  cluster("a cluster without logs", "gke-logs", "CKV_GCP_1", { loggingService: "none" }),
  nodes("nodes as the default account", "gke-node-account", "GCP-0050", { nodeConfig: { machineType: "e2-small" } }),
  nodes("nodes that are not repaired", "gke-nodes-kept-well", "CKV_GCP_9", { management: { autoRepair: false } }),
  nodes("nodes that grow old", "gke-nodes-kept-well", "CKV_GCP_10", { management: { autoUpgrade: false } }),
];
