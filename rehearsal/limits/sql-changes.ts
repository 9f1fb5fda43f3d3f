import { invalidArgument } from "../errors";
import type { Resource } from "../store";

/**
 * What of an instance's settings may not become another: https://cloud.google.com/sql/docs/postgres/edit-instance ("You can't
 * decrease", "can't be changed"; 2026-11-29).
 * @throws ApiError 400
 */
export const checkSettingsChange = ({ before, after }: { before: Resource; after: Resource }): void => {
  const [had, wants] = [before, after].map(({ dataDiskSizeGb = "10" }) => Number(dataDiskSizeGb));
  if (had !== undefined && wants !== undefined && wants < had)
    throw invalidArgument(`Invalid request: The disk size cannot be decreased from ${had}GB to ${wants}GB.`);
  const [type, other] = [before, after].map(({ dataDiskType = "PD_SSD" }) => String(dataDiskType));
  if (type !== other)
    throw invalidArgument(`Invalid request: The data disk type cannot be changed from ${type} to ${other}.`);
  const zone = /^([a-z]+-[a-z]+\d+)-[a-z]$/;
  const [home, away] = [before, after].map(
    ({ locationPreference }) => (locationPreference as { zone?: string } | undefined)?.zone,
  );
  if (home && away && zone.exec(home)?.[1] !== zone.exec(away)?.[1])
    throw invalidArgument(`Invalid request: The zone ${away} is not in the region of the instance.`);
};
