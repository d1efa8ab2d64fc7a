import { beforeEach, describe, expect, it } from 'vitest';
import { planSettle, verifySettle, type SettleBasis } from '#actions/volume/settle.ts';
import { MemoryVolumes } from '#test/lab/volumes/memory-volumes.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';

const FILE = '/docs/report.odt';
const OTHER = '/docs/other.odt';
const { signal } = new AbortController();

let clock: WarpClock;
let volumes: MemoryVolumes;
beforeEach(() => {
  clock = new WarpClock(100_000);
  volumes = new MemoryVolumes(clock);
});

/** Each brick gave the name to another file: GlusterFS lists the folder. */
function mismatch(file: string, contents = { pica01: 'right', pica02: 'wrong side' }): void {
  volumes.split(file, contents);
  volumes.data.mismatched.add(file);
}

async function planned(): Promise<SettleBasis> {
  const { basis } = await planSettle({ volumes }, { volume: 'data', file: FILE, from: 'pica01' }, signal);
  clock.warp(60_000);
  return basis;
}

const stateOf = async (basis: SettleBasis): Promise<string> => (await verifySettle({ volumes }, basis, 'settle', signal)).state;

async function settleAt({ volume, file, kept }: SettleBasis): Promise<void> {
  await volumes.settle(volume, file, kept, signal);
}

describe('whether a split-brain was ended before vigie died', () => {
  it('is not, of a file that is named by its folder, while its sides differ', async () => {
    mismatch(FILE);
    expect(await stateOf(await planned())).toBe('not-done');
  });

  it('is, of a file that is named by its folder, once both sides are the same, whatever else the folder holds', async () => {
    mismatch(FILE);
    mismatch(OTHER);
    const basis = await planned();
    expect(await stateOf(basis)).toBe('not-done');
    await settleAt(basis);
    expect(await stateOf(basis)).toBe('done');
  });

  it('is told of a file that is listed by its own name', async () => {
    volumes.split(FILE, { pica01: 'right', pica02: 'wrong side' });
    const basis = await planned();
    expect(await stateOf(basis)).toBe('not-done');
    await settleAt(basis);
    expect(await stateOf(basis)).toBe('done');
  });

  it('is not, of two files of one name that hold the same', async () => {
    mismatch(FILE, { pica01: 'same', pica02: 'same' });
    expect(await stateOf(await planned())).toBe('not-done');
  });

  it('is not, where nothing is listed and the sides differ as they did', async () => {
    mismatch(FILE);
    const basis = await planned();
    for (const brick of volumes.data.bricks) brick.files.get(FILE)?.blames.clear();
    expect(await stateOf(basis)).toBe('not-done');
  });

  it.each(['written again', null])('nobody can tell where a side changed meanwhile, and nothing is alike: %j', async (content) => {
    mismatch(FILE);
    mismatch(OTHER);
    const basis = await planned();
    const { files } = volumes.brickOf('pica02');
    if (content === null) files.delete(FILE);
    else files.set(FILE, { content, writtenAt: clock.now(), blames: new Set([volumes.brickOf('pica01')]) });
    expect(await stateOf(basis)).toBe('unknown');
  });
});
