interface Known {
  readonly address: string;
  readonly machine: string | null;
  readonly purpose: string | null;
  readonly spare: boolean;
}

interface Seen {
  readonly held: readonly { readonly address: string; readonly interface: string; readonly duplicate: boolean }[];
  readonly neighbours: readonly { readonly address: string; readonly mac: string }[];
  readonly macs: readonly string[];
}

/**
 * `right`: where it belongs, or spare and free. `elsewhere`: on another machine. `nowhere`: on none. `twice`: on several. `taken`: spare, and held. `unknown`:
 * nobody can tell, since a machine that may hold it doesn't answer, or isn't one that vigie looks at.
 */
export type Placing = 'right' | 'elsewhere' | 'nowhere' | 'twice' | 'taken' | 'unknown';

export interface Placed extends Known {
  /** Machines that hold it, and what answers for it that none of them is: `02:fc:00:00:00:09`. */
  readonly at: readonly string[];
  readonly state: Placing;
}

/** Each machine has these for itself: no two of them meet. */
const OWN_INTERFACES = /^(?:lo|docker|br-|veth|virbr|cni|flannel|tap|fwbr|fwpr|fwln)/u;
const OWN_ADDRESSES = /^(?:127\.|169\.254\.|::1$|fe80:)/iu;

/**
 * Where each address is, of those that are known and those that several machines hold.
 * @param seen by machine; null: it didn't answer
 */
export function placeAddresses(known: readonly Known[], seen: ReadonlyMap<string, Seen | null>): readonly Placed[] {
  const named = new Set(known.map(({ address }) => address));
  const strays = [...new Set([...seen.values()].flatMap((machine) => (machine?.held ?? []).filter(meets).map(({ address }) => address)))]
    .filter((address) => !named.has(address))
    .map((address): Known => ({ address, machine: null, purpose: null, spare: false }));
  const placed = known.map((each) => place(each, seen));
  return [...placed, ...strays.map((each) => place(each, seen)).filter(({ state }) => state === 'twice')];
}

function meets({ address, interface: name }: { readonly address: string; readonly interface: string }): boolean {
  return !OWN_INTERFACES.test(name) && !OWN_ADDRESSES.test(address);
}

function place(known: Known, seen: ReadonlyMap<string, Seen | null>): Placed {
  const at = holdersOf(known.address, seen);
  return { ...known, at, state: stateOf(known, at, seen) };
}

/** A machine that found somebody else with it doesn't use it, and says so: that is two. */
function holdersOf(address: string, seen: ReadonlyMap<string, Seen | null>): readonly string[] {
  const answering = [...seen].flatMap(([name, machine]) => (machine === null ? [] : [{ name, ...machine }]));
  const holding = answering.filter(({ held }) => held.some((each) => each.address === address && meets(each)));
  const names = holding.map(({ name }) => name);
  const macs = new Set(holding.flatMap((machine) => machine.macs));
  const others = answering.flatMap(({ neighbours }) => neighbours.filter((each) => each.address === address && !macs.has(each.mac)));
  // Where no machine is known to hold it, whoever answers is its only holder, and where that is nobody knows.
  const strangers = holding.length === 0 ? [] : [...new Set(others.map(({ mac }) => mac))];
  const refused = holding.some(({ held }) => held.some((each) => each.address === address && each.duplicate));
  return [...names, ...strangers, ...(refused && names.length + strangers.length === 1 ? ['?'] : [])];
}

function stateOf({ machine, spare }: Known, at: readonly string[], seen: ReadonlyMap<string, Seen | null>): Placing {
  if (at.length > 1) return 'twice';
  const [holder] = at;
  const blind = [...seen.values()].some((each) => each === null);
  if (spare) return holder !== undefined ? 'taken' : blind ? 'unknown' : 'right';
  if (holder !== undefined) return machine === null || machine === holder ? 'right' : 'elsewhere';
  return blind || (machine !== null && !seen.has(machine)) ? 'unknown' : 'nowhere';
}
