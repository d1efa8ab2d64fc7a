/** A line of the table at the end of `mdadm --detail`. */
export interface DetailRow {
  readonly slot: number | null;
  /** mdadm's words: `active sync`, `spare rebuilding`, `removed`. */
  readonly state: string;
  /** Without `/dev/`; null where there is none. */
  readonly device: string | null;
}

export interface Detail {
  readonly level: string;
  readonly sizeKib: number;
  /** In small letters: `clean`, `degraded`, `recovering`. */
  readonly words: readonly string[];
  /** Of a rebuild, a resync or a check; null where there is none. */
  readonly donePercent: number | null;
  readonly rows: readonly DetailRow[];
}

const ROW = /^\s+(?:\d+|-)\s+\d+\s+\d+\s+(?<slot>\d+|-)\s+(?<state>\S+(?: \S+)*?)(?:\s{2,}(?<device>\S+))?\s*$/u;

/** Reads what `mdadm --detail` prints, which knows no JSON. @returns null for what is no such text */
export function parseDetail(text: string): Detail | null {
  const lines = text.split('\n');
  const value = (key: string): string | null => {
    const found = lines.find((line) => line.trimStart().startsWith(`${key} :`));
    return found === undefined ? null : found.slice(found.indexOf(' : ') + 3).trim();
  };
  const state = value('State');
  if (state === null) return null;
  const done = /^\d+/u.exec(value('Rebuild Status') ?? value('Resync Status') ?? value('Check Status') ?? value('Reshape Status') ?? '');
  return {
    level: value('Raid Level') ?? '',
    sizeKib: Number(/^\d+/u.exec(value('Array Size') ?? '')?.[0] ?? 0),
    words: state
      .toLowerCase()
      .split(',')
      .map((word) => word.trim()),
    donePercent: done === null ? null : Number(done[0]),
    rows: lines.flatMap((line): readonly DetailRow[] => {
      const { slot, state: said = '', device = '' } = ROW.exec(line)?.groups ?? {};
      if (slot === undefined) return [];
      return [{ slot: slot === '-' ? null : Number(slot), state: said, device: device.startsWith('/dev/') ? device.slice(5) : null }];
    }),
  };
}
