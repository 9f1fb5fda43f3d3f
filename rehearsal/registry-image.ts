/** The official name; the Debian package docker-registry is the same program. */
export const REGISTRY_IMAGE = "registry:2";
