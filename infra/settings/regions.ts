import { curedBy } from "../cures";
import { closest, suggestion, type Problem } from "../problems";

/**
 * The regions of Cloud Run on 2026-11-28, from Google's page of its locations. A preview asks nobody, so a slip in a
 * region's name would show only in the update.
 */
export const REGIONS = [
  ...["africa-south1"],
  ...[
    "asia-east1",
    "asia-east2",
    "asia-northeast1",
    "asia-northeast2",
    "asia-northeast3",
    "asia-south1",
    "asia-south2",
  ],
  ...["asia-southeast1", "asia-southeast2", "australia-southeast1", "australia-southeast2"],
  ...["europe-central2", "europe-north1", "europe-north2", "europe-southwest1", "europe-west1", "europe-west2"],
  ...["europe-west3", "europe-west4", "europe-west6", "europe-west8", "europe-west9", "europe-west10", "europe-west12"],
  ...["me-central1", "me-central2", "me-west1"],
  ...["northamerica-northeast1", "northamerica-northeast2", "northamerica-south1"],
  ...["southamerica-east1", "southamerica-west1"],
  ...["us-central1", "us-east1", "us-east4", "us-east5", "us-south1", "us-west1", "us-west2", "us-west3", "us-west4"],
] as const;

type Asked = { stack: string; region: string; anyRegion: unknown };

/** The problem of a region that is not in the list; `fleet:anyRegion` lets one pass that Google has opened since. */
export const regionProblems = ({ stack, region, anyRegion }: Asked): Problem[] => {
  const isKnown = anyRegion === true || (REGIONS as readonly string[]).includes(region);
  if (isKnown) return [];
  const value = closest(region, REGIONS) ?? "europe-west1";
  const { cure, change } = curedBy({ stack, key: "gcp:region", value });
  const escape = curedBy({ stack, key: "fleet:anyRegion", value: "true" }).cure;
  return [
    {
      path: `${stack}: gcp:region`,
      message: `${region} is not a region of Cloud Run (as of 2026-11-28).${suggestion(region, REGIONS)} Allowed: ${REGIONS.join(", ")}`,
      cure: `${cure}, or if Google has opened it since: ${escape}`,
      change,
    },
  ];
};
