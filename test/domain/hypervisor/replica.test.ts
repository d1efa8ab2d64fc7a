import { expect, it } from 'vitest';
import { replicaOf } from '#domain/hypervisor/replica.ts';

const [ROOT, DATA] = ['tank/data/vm-104-disk-0', 'tank/data/vm-104-disk-1'];
const at = (dataset: string, second: number, job = '104-0'): string => `${dataset}@__replicate_${job}_${second}__`;

it.each([
  ['of one moment', [at(ROOT, 100), at(DATA, 100)], { kind: 'whole', at: 100_000 }],
  [
    'of one moment, with older ones and those of people',
    [at(ROOT, 100), at(ROOT, 40), `${ROOT}@before`, at(DATA, 100), at(DATA, 40)],
    { kind: 'whole', at: 100_000 },
  ],
  ['of several jobs', [at(ROOT, 100), at(ROOT, 130, '104-1'), at(DATA, 130, '104-1'), at(DATA, 100)], { kind: 'whole', at: 130_000 }],
  ['of a run that broke off', [at(ROOT, 160), at(ROOT, 100), at(DATA, 100)], { kind: 'torn' }],
  ['with one disk missing', [at(ROOT, 100)], { kind: 'none' }],
  ['of another guest', [at(ROOT, 100, '10-0'), at(DATA, 100, '10-0')], { kind: 'none' }],
  ['that nobody replicated', [`${ROOT}@before`, `${DATA}@before`], { kind: 'none' }],
  ['that are not there', [], { kind: 'none' }],
])('knows disks %s', (_what, snapshots, replica) => {
  expect(replicaOf(104, [ROOT, DATA], snapshots)).toEqual(replica);
});

it('takes no disks at all for no replica', () => {
  expect(replicaOf(104, [], [at(ROOT, 100)])).toEqual({ kind: 'none' });
});
