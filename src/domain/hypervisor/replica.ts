/** What replication left of a guest's disks on another machine: all of one moment, of several, or of some disks nothing. */
export type Replica = { readonly kind: 'whole'; readonly at: number } | { readonly kind: 'torn' } | { readonly kind: 'none' };

/** `__replicate_100-0_1764552000__`: a job and the second in which it ran. Source: PVE::ReplicationState. */
const SNAPSHOT = /^(?<dataset>[^@]+)@__replicate_(?<vmid>\d+)-\d+_(?<second>\d+)__$/u;

/**
 * Disks of one guest that are of different moments are nobody's: a run that broke off leaves that.
 * @param datasets of its disks over there
 * @param snapshots all that there are of these, as `DATASET@NAME`
 */
export function replicaOf(vmid: number, datasets: readonly string[], snapshots: readonly string[]): Replica {
  const found = snapshots.flatMap((name) => {
    const { dataset, vmid: whose, second } = SNAPSHOT.exec(name)?.groups ?? {};
    return Number(whose) === vmid ? [{ dataset, at: Number(second) * 1_000 }] : [];
  });
  const newest = datasets.map((dataset) => Math.max(0, ...found.filter((each) => each.dataset === dataset).map(({ at }) => at)));
  const [at = 0] = newest;
  if (newest.includes(0) || newest.length === 0) return { kind: 'none' };
  return newest.every((each) => each === at) ? { kind: 'whole', at } : { kind: 'torn' };
}
