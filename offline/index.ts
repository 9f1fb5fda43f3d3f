/**
 * Stand-ins for machines that reach package registries only; see README.md. Set-up is the only one that asks for
 * them.
 */
export { buildBaseImages } from "./base-images";
export { standInImagePrefix } from "./images";
export { installPulumi, isStandIn } from "./pulumi";
export type { PluginName } from "./programs";
