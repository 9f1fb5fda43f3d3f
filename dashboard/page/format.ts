/** `3 d 4 h`, `12 min`, `8 s`: the two largest units, and one below a minute. */
export const elapsed = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
};

/** MiB in the unit that people think in. */
export const memory = (mebibytes: number): string =>
  mebibytes >= 1024 ? `${(mebibytes / 1024).toFixed(1)} GiB` : `${Math.round(mebibytes)} MiB`;

/** Percent of one processor; below ten with one decimal. */
export const cpu = (percent: number): string => `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;

export const count = (value: number): string => value.toLocaleString("en");

export const clock = (iso: string): string => {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? iso
    : `${date.toLocaleTimeString("en-GB", { hour12: false })}.${String(date.getMilliseconds()).padStart(3, "0")}`;
};

export const dateTime = (iso: string): string =>
  new Date(iso).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** `fleet/leads:development-0f1e2d` without a digest's length. */
export const shortImage = (image: string): string => image.replace(/(^|@)sha256:(.{12}).*$/, "$1sha256:$2");

export const many = (amount: number, noun: string): string => `${count(amount)} ${noun}${amount === 1 ? "" : "s"}`;
