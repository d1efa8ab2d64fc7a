/** Where the level of something that fills is going, on the line through its last hours. */
export type Trend =
  /** It was seen too seldom to say. */
  | { readonly state: 'unknown' }
  /** It doesn't grow, or shrinks. */
  | { readonly state: 'steady' }
  /** It would be full in so long (ms); 0: it is. */
  | { readonly state: 'fills'; readonly inMs: number };

/** Something that fills: a volume, a storage of a hypervisor's node, a file system of a machine. */
export type Vessel =
  | { readonly kind: 'volume'; readonly name: string }
  | { readonly kind: 'storage'; readonly node: string; readonly name: string }
  | { readonly kind: 'disk'; readonly host: string; readonly mount: string };

/** How full things were. vigie looks by itself, and keeps the last hours. */
export interface LevelsReader {
  /** By `vesselName`. What isn't in it was never seen. */
  trends(): Promise<ReadonlyMap<string, Trend>>;
}

export function vesselName(vessel: Vessel): string {
  switch (vessel.kind) {
    case 'volume':
      return `volume ${vessel.name}`;
    case 'storage':
      return `storage ${vessel.node} ${vessel.name}`;
    case 'disk':
      return `disk ${vessel.host} ${vessel.mount}`;
    default:
      return vessel satisfies never;
  }
}
