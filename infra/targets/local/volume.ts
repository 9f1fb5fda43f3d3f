import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { volumeName } from "../../naming";
import { partLabels } from "./labels";

/** A named volume of a part of a system; `labels` are added to those of the part. */
export const createVolume = (
  logical: string,
  { labels = [], ...of }: { stack: string; system: string; part: string; labels?: { label: string; value: string }[] },
  options: pulumi.CustomResourceOptions,
): docker.Volume =>
  new docker.Volume(
    logical,
    { name: volumeName({ ...of, role: of.part }), labels: [...partLabels(of), ...labels] },
    options,
  );
