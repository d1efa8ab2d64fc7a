import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArrayView, Disks } from '#ports/disks.ts';

/** A machine `alice` with two mirrors: `md0` of two SATA disks that spin, `md1` of two NVMe disks. */
export interface DisksLab {
  readonly disks: Disks;
  /** The same, and nobody answers. */
  readonly away: Disks;
  /** A disk of `md0` takes no write any more, and one comes. */
  fail(serial: string): Promise<void>;
  /** It is well again, and still out of the array. */
  mend(serial: string): Promise<void>;
  /** It holds nothing any more, and no array knows it: as a new one. */
  empty(serial: string): Promise<void>;
  /** Somebody uses it for something else. */
  fill(serial: string): Promise<void>;
  /** What `md0` comes to be at lasts until `finish`. */
  hold(): Promise<void>;
  /** What an array is at ends. */
  finish(array: string): Promise<void>;
  /** A disk of `md1` is pulled out while nobody writes. */
  pull(serial: string): Promise<void>;
  /** It is plugged in again. */
  plug(serial: string): Promise<void>;
  /** An NVMe disk warns that it is not to be relied on, or takes that back. */
  warn(serial: string, warns: boolean): Promise<void>;
  close(): Promise<void>;
}

const byText = (one: string, other: string): number => (one < other ? -1 : 1);

/** What every implementation of the port promises. */
export function disksContract(name: string, open: () => Promise<DisksLab>): void {
  describe(`disks: ${name}`, () => {
    let lab: DisksLab;
    beforeAll(async () => {
      lab = await open();
    });
    afterAll(() => lab.close());

    const PATIENCE = { timeout: 30_000, interval: 300 };
    const array = async (wanted: string): Promise<ArrayView | undefined> =>
      (await lab.disks.arrays('alice')).find((each) => each.name === wanted);
    const serials = async (wanted: string): Promise<readonly string[]> =>
      ((await array(wanted))?.members ?? []).map(({ serial }) => serial ?? 'none').toSorted(byText);

    it('are listed with their arrays, by serial number and port', async () => {
      expect(lab.disks.machines()).toEqual(['alice']);
      const arrays = await lab.disks.arrays('alice');
      expect(arrays.map((each) => `${each.name} ${each.level} ${each.state} ${each.action}`)).toEqual([
        'md0 raid1 whole idle',
        'md1 raid1 whole idle',
      ]);
      for (const each of arrays) expect(each).toMatchObject({ done: null, leftMs: null, mismatches: 0 });
      expect(arrays[0]?.members.map(({ slot, state }) => `${slot} ${state}`)).toEqual(['0 active', '1 active']);
      expect(await serials('md0')).toEqual(['WD-LAB0000', 'WD-LAB0001']);
      expect(await serials('md1')).toEqual(['SSD-LAB0000', 'SSD-LAB0001']);
    });

    it('say how they are', async () => {
      const disks = (await lab.disks.disks('alice')) ?? [];
      expect(disks.map(({ serial }) => serial ?? 'none').toSorted(byText)).toEqual([
        'SSD-LAB0000',
        'SSD-LAB0001',
        'WD-LAB0000',
        'WD-LAB0001',
      ]);
      for (const disk of disks) {
        expect(disk).toMatchObject({ smart: true, signs: [] });
        expect(disk.celsius).toBeGreaterThan(10);
        expect(disk.hours).toBeGreaterThanOrEqual(0);
        expect(disk.sizeBytes).toBeGreaterThan(1_000_000);
        expect(disk.port).toMatch(disk.spins ? /^ata\d+$/u : /^0000:[0-9a-f]{2}:[0-9a-f]{2}\.\d$/u);
        expect(disk.worn === null).toBe(disk.spins);
      }
    });

    it('tell of a disk that warns, and of its end', async () => {
      const signs = async () => (await lab.disks.disks('alice'))?.find(({ serial }) => serial === 'SSD-LAB0001')?.signs;
      await lab.warn('SSD-LAB0001', true);
      expect(await signs()).toEqual([{ kind: 'failing' }]);
      await lab.warn('SSD-LAB0001', false);
      expect(await signs()).toEqual([]);
    });

    it('tell of a disk that an array put out, of its way back, and of the end of that', async () => {
      await lab.fail('WD-LAB0001');
      await expect.poll(async () => (await array('md0'))?.state, PATIENCE).toBe('degraded');
      const members = (await array('md0'))?.members ?? [];
      expect(members).toContainEqual(expect.objectContaining({ slot: null, state: 'faulty', serial: 'WD-LAB0001' }));
      expect(members).toContainEqual({ slot: expect.any(Number), state: 'missing', serial: null, port: null });
      await lab.hold();
      await lab.mend('WD-LAB0001');
      await lab.empty('WD-LAB0001');
      await lab.disks.add('alice', 'md0', 'WD-LAB0001');
      await expect.poll(() => array('md0'), PATIENCE).toMatchObject({ state: 'degraded', action: 'recover' });
      const rebuilding = await array('md0');
      expect(rebuilding?.done).toBeLessThan(1);
      expect(rebuilding?.leftMs).toBeGreaterThan(0);
      expect(rebuilding?.members).toContainEqual(expect.objectContaining({ state: 'rebuilding', serial: 'WD-LAB0001' }));
      await lab.finish('md0');
      await expect.poll(() => array('md0'), PATIENCE).toMatchObject({ state: 'whole', action: 'idle', done: null, leftMs: null });
      expect(await serials('md0')).toEqual(['WD-LAB0000', 'WD-LAB0001']);
    });

    it('are put in where an array lacks one, and nowhere else', async () => {
      const { disks } = lab;
      await expect(disks.candidate('alice', 'md0', 'WD-LAB001')).rejects.toMatchObject({
        code: 'disk_unknown',
        params: { nearest: expect.stringMatching(/^WD-LAB000/u) },
      });
      await expect(disks.candidate('alice', 'md7', 'WD-LAB0001')).rejects.toMatchObject({ code: 'array_unknown' });
      expect(await disks.candidate('alice', 'md0', 'wd-lab0001')).toMatchObject({
        serial: 'WD-LAB0001',
        member: 'active',
        partition: null,
      });
      await disks.add('alice', 'md0', 'WD-LAB0001');
      await expect(disks.add('alice', 'md0', 'SSD-LAB0000')).rejects.toMatchObject({
        code: 'disk_in_use',
        params: { use: 'array', name: 'md1' },
      });
      expect(await array('md0')).toMatchObject({ state: 'whole', action: 'idle' });
    });

    it('come back to the array that put them out', async () => {
      await lab.fail('WD-LAB0001');
      await expect.poll(async () => (await array('md0'))?.state, PATIENCE).toBe('degraded');
      await lab.mend('WD-LAB0001');
      const candidate = await lab.disks.candidate('alice', 'md0', 'WD-LAB0001');
      expect(candidate).toMatchObject({ member: 'faulty', returns: true, uses: [] });
      expect(candidate.sizeBytes).toBeGreaterThanOrEqual(candidate.neededBytes);
      expect(candidate.neededBytes).toBeGreaterThan(1_000_000);
      await lab.disks.add('alice', 'md0', 'WD-LAB0001');
      await lab.finish('md0');
      await expect.poll(() => array('md0'), PATIENCE).toMatchObject({ state: 'whole', action: 'idle' });
      expect(await serials('md0')).toEqual(['WD-LAB0000', 'WD-LAB0001']);
    });

    it('are left alone where something else is on them', async () => {
      await lab.fail('WD-LAB0001');
      await expect.poll(async () => (await array('md0'))?.state, PATIENCE).toBe('degraded');
      await lab.mend('WD-LAB0001');
      await lab.empty('WD-LAB0001');
      await lab.fill('WD-LAB0001');
      const uses = [{ kind: 'content', name: 'swap' }];
      expect(await lab.disks.candidate('alice', 'md0', 'WD-LAB0001')).toMatchObject({ member: null, returns: false, uses });
      await expect(lab.disks.add('alice', 'md0', 'WD-LAB0001')).rejects.toMatchObject({
        code: 'disk_in_use',
        params: { use: 'content', name: 'swap' },
      });
      expect(await serials('md0')).toEqual(['WD-LAB0000', 'none']);
      await lab.empty('WD-LAB0001');
      expect(await lab.disks.candidate('alice', 'md0', 'WD-LAB0001')).toMatchObject({ member: null, returns: false, uses: [] });
      await lab.disks.add('alice', 'md0', 'WD-LAB0001');
      await lab.finish('md0');
      await expect.poll(() => array('md0'), PATIENCE).toMatchObject({ state: 'whole', action: 'idle' });
    });

    it('compare what they hold, once, and find nothing', async () => {
      await lab.hold();
      await lab.disks.check('alice', 'md0');
      await lab.disks.check('alice', 'md0');
      expect(await array('md0')).toMatchObject({ state: 'whole', action: 'check' });
      await lab.finish('md0');
      await expect.poll(() => array('md0'), PATIENCE).toMatchObject({ state: 'whole', action: 'idle', mismatches: 0 });
    });

    it('tell of a disk that was pulled out before anybody wrote', async () => {
      await lab.pull('SSD-LAB0001');
      await expect.poll(async () => (await array('md1'))?.state, PATIENCE).toBe('degraded');
      expect(await serials('md1')).toEqual(['SSD-LAB0000', 'none']);
      expect((await lab.disks.disks('alice'))?.map(({ serial }) => serial)).not.toContain('SSD-LAB0001');
    });

    it('take the place that they were pulled out of', async () => {
      await lab.plug('SSD-LAB0001');
      await expect.poll(async () => (await lab.disks.disks('alice'))?.map(({ serial }) => serial), PATIENCE).toContain('SSD-LAB0001');
      expect(await lab.disks.candidate('alice', 'md1', 'SSD-LAB0001')).toMatchObject({ returns: true, uses: [] });
      await lab.disks.add('alice', 'md1', 'SSD-LAB0001');
      await lab.finish('md1');
      await expect.poll(() => array('md1'), PATIENCE).toMatchObject({ state: 'whole', action: 'idle' });
      expect(await serials('md1')).toEqual(['SSD-LAB0000', 'SSD-LAB0001']);
    });

    it('of a machine that does not answer, or that nobody knows, are unknown', async () => {
      await expect(lab.away.arrays('alice')).rejects.toMatchObject({ code: 'ssh_unreachable' });
      await expect(lab.away.disks('alice')).rejects.toMatchObject({ code: 'ssh_unreachable' });
      await expect(lab.away.add('alice', 'md0', 'WD-LAB0001')).rejects.toMatchObject({ code: 'ssh_unreachable' });
      await expect(lab.disks.arrays('alcie')).rejects.toMatchObject({ code: 'host_unknown', params: { nearest: 'alice' } });
      await expect(lab.disks.disks('alice', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    });
  });
}
