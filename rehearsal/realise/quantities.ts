/** Kubernetes quantities as Cloud Run takes them: "1", "1000m", "512Mi", "1Gi". */

/** The number of vCPUs. */
export const cpusOf = (quantity: string): number | undefined => {
  const [, figure, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity) ?? [];
  return figure === undefined ? undefined : milli ? Number(figure) / 1000 : Number(figure);
};

const UNITS: Record<string, number> = { "": 1, k: 1e3, M: 1e6, G: 1e9, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

export const bytesOf = (quantity: string): number | undefined => {
  const [, figure, unit = ""] = /^(\d+(?:\.\d+)?)(k|M|G|Ki|Mi|Gi)?$/.exec(quantity) ?? [];
  return figure === undefined ? undefined : Number(figure) * (UNITS[unit] ?? 1);
};

/** The seconds of a protobuf duration in JSON, such as "300s". */
export const secondsOf = (duration: string): number => Number.parseFloat(duration);
