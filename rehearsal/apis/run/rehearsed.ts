import type { Rehearsed } from "../../discovery/rehearsed";

const COMMON = ["annotations", "client", "clientVersion", "etag", "labels", "launchStage", "name"];
const TEMPLATE = ["containers", "executionEnvironment", "serviceAccount", "timeout", "volumes", "vpcAccess"];

/** Decision 24 says which of these are kept and have no effect here. */
export const rehearsed: Rehearsed = {
  fields: {
    Service: [
      ...COMMON,
      ...["customAudiences", "description", "ingress", "invokerIamDisabled", "scaling", "template", "traffic"],
    ],
    ServiceScaling: ["maxInstanceCount", "minInstanceCount", "scalingMode"],
    TrafficTarget: ["percent", "revision", "tag", "type"],
    RevisionTemplate: [...COMMON, ...TEMPLATE, "maxInstanceRequestConcurrency", "revision", "scaling"],
    RevisionScaling: ["maxInstanceCount", "minInstanceCount"],
    WorkerPool: [...COMMON, "description", "scaling", "template"],
    WorkerPoolScaling: ["manualInstanceCount"],
    WorkerPoolRevisionTemplate: [
      ...["annotations", "client", "clientVersion", "containers", "labels", "revision", "serviceAccount", "volumes"],
      "vpcAccess",
    ],
    VpcAccess: ["egress", "networkInterfaces"],
    // A subnetwork chooses addresses alone.
    NetworkInterface: ["network", "subnetwork"],
    Job: [...COMMON, "runExecutionToken", "startExecutionToken", "template"],
    ExecutionTemplate: [...COMMON, "parallelism", "taskCount", "template"],
    TaskTemplate: [...TEMPLATE, "maxRetries"],
    RunJobRequest: ["etag", "overrides", "validateOnly"],
    Overrides: ["containerOverrides", "taskCount", "timeout"],
    Container: [
      ...["args", "command", "env", "image", "livenessProbe", "name", "ports", "resources", "startupProbe"],
      ...["volumeMounts", "workingDir"],
    ],
    ContainerPort: ["containerPort", "name"],
    EmptyDirVolumeSource: ["medium", "sizeLimit"],
    Probe: ["failureThreshold", "httpGet", "initialDelaySeconds", "periodSeconds", "tcpSocket", "timeoutSeconds"],
    ResourceRequirements: ["cpuIdle", "limits", "startupCpuBoost"],
    Volume: ["cloudSqlInstance", "emptyDir", "name", "secret"],
    VolumeMount: ["mountPath", "name"],
  },
  values: {
    // HTTP/2 to the container is another front end.
    "ContainerPort.name": ["http1"],
    "EmptyDirVolumeSource.medium": ["MEMORY"],
    "ResourceRequirements.limits": ["cpu", "memory"],
    "Service.ingress": ["INGRESS_TRAFFIC_ALL"],
    "ServiceScaling.scalingMode": ["AUTOMATIC"],
    "VpcAccess.egress": ["PRIVATE_RANGES_ONLY"],
  },
};
