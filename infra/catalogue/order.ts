type Ordered = { id: string; needs: readonly string[] };

/** Sorts each part after all that it needs, and otherwise keeps the order. It expects no cycle: rules.ts refuses them. */
export const inOrder = <T extends Ordered>(parts: readonly T[]): T[] => {
  const placed = new Map<string, T>();
  const place = (part: T): void => {
    if (placed.has(part.id)) return;
    for (const other of parts) if (part.needs.includes(other.id)) place(other);
    placed.set(part.id, part);
  };
  parts.forEach(place);
  return [...placed.values()];
};

/** One cycle among the parts, as the path that closes it (`a, b, a`), or undefined. */
export const cycleIn = (parts: readonly Ordered[]): string[] | undefined => {
  const done = new Set<string>();
  const visit = (id: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(id)) return [...trail.slice(trail.indexOf(id)), id];
    if (done.has(id)) return undefined;
    for (const need of parts.find((part) => part.id === id)?.needs ?? []) {
      const cycle = visit(need, [...trail, id]);
      if (cycle) return cycle;
    }
    done.add(id);
    return undefined;
  };
  for (const { id } of parts) {
    const cycle = visit(id, []);
    if (cycle) return cycle;
  }
  return undefined;
};
