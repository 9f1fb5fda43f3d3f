/** A function that makes each thing when it is first asked for, and gives it again from then on. */
export const memoised = <T>(make: (key: string) => T): ((key: string) => T) => {
  const made = new Map<string, { value: T }>();
  return (key) => {
    const { value } = made.get(key) ?? { value: make(key) };
    made.set(key, { value });
    return value;
  };
};
