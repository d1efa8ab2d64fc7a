import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Firmware, Power, PowerChange } from '#ports/power.ts';

/** One machine, alice, which is off at first; its controller's password is the right one. */
export interface PowerLab {
  readonly power: Power;
  /** Another vigie of the same configuration, but for the password. */
  readonly stranger: Power;
  /** What it booted from so far: `pxe` for the network. */
  boots(): Promise<readonly string[]>;
  /** What a change takes until the controller takes another one. */
  settled(): Promise<void>;
  /** How often the password was refused in a row. */
  failures(): Promise<number>;
  /** The machine whose controller isn't reached at all. */
  readonly away: Power;
  /** Lets controllers answer nothing from now on, for so many requests. */
  drop(requests: number): Promise<void>;
  /** What alice is made of, as this controller tells it. */
  readonly made: {
    readonly board: { readonly maker: string; readonly model: string };
    readonly processor: string;
    /** Of each module: bytes, kind and part. */
    readonly memory: readonly (readonly [number, string, string])[];
    readonly diskBytes: number;
    readonly firmware: Firmware;
  };
  /** What can be asked of it while it is on. */
  readonly possible: readonly PowerChange[];
  /** With what it refuses to reset what is off. */
  readonly refusal: number | string;
  close(): Promise<void>;
}

/** AMT in front of the lab's machine. */
export const MADE_BY_AMT: Pick<PowerLab, 'made' | 'possible' | 'refusal'> = {
  made: {
    board: { maker: 'ASRock', model: 'Q170M vPro' },
    processor: 'i7-6700',
    memory: Array.from({ length: 2 }, () => [17_179_869_184, 'DDR4', 'LAB16GX4M2A2133C13'] as const),
    diskBytes: 2_000_398_934_000,
    firmware: { version: '11.8.50', build: '3425', open: false },
  },
  possible: ['cycle', 'off', 'reset'],
  refusal: 4097,
};

/** What every implementation of the port promises. */
export function powerContract(name: string, open: () => Promise<PowerLab>): void {
  describe(`power: ${name}`, () => {
    let lab: PowerLab;
    beforeAll(async () => {
      lab = await open();
    });
    afterAll(() => lab.close());

    const state = async (): Promise<string> => (await lab.power.state('alice')).state;
    const reaches = async (wanted: string): Promise<void> => await expect.poll(state, { timeout: 20_000 }).toBe(wanted);

    it('tells the machines that there are, and knows them whatever their capitals', async () => {
      expect(lab.power.machines().map(({ name: machine }) => machine)).toEqual(['alice']);
      expect((await lab.power.state('Alice')).state).toBe('off');
    });

    it('refuses a machine that there is not, with the nearest one', async () => {
      await expect(lab.power.state('alcie')).rejects.toMatchObject({
        code: 'machine_unknown',
        params: { nearest: 'alice', known: ['alice'] },
      });
    });

    it('says what can be asked of it now: nothing but on, while it is off', async () => {
      expect((await lab.power.state('alice')).possible).toEqual(['on']);
    });

    it('refuses to reset what is off, in the controller’s own words', async () => {
      await expect(lab.power.change('alice', 'reset')).rejects.toMatchObject({
        code: 'machine_refused',
        params: { doing: 'reset', value: lab.refusal },
      });
    });

    it('tells what it is made of while it is off', async () => {
      const { board, processor, memory, diskBytes, firmware } = await lab.power.inventory('alice');
      const { made } = lab;
      expect(board).toMatchObject(made.board);
      expect(processor).toContain(made.processor);
      expect(memory.map(({ bytes, kind, part }) => [bytes, kind, part])).toEqual(made.memory);
      expect(diskBytes[0]).toBe(made.diskBytes);
      expect(firmware).toEqual(made.firmware);
      expect(await lab.power.firmware('alice')).toEqual(made.firmware);
    });

    it('is switched on, and notes in its event log that it booted', async () => {
      await lab.power.change('alice', 'on');
      await reaches('on');
      expect((await lab.power.state('alice')).possible.toSorted()).toEqual(lab.possible);
      expect((await lab.power.events('alice'))[0]).toMatchObject({ sensor: 'boot', severe: false });
      await lab.settled();
    });

    it('boots once from the network, and from its disk again after that', async () => {
      await lab.power.bootOnce('alice', 'pxe');
      await lab.power.change('alice', 'cycle');
      await lab.settled();
      await lab.power.change('alice', 'cycle');
      await lab.settled();
      expect((await lab.boots()).slice(-2)).toEqual(['pxe', 'disk']);
    });

    it('forgets an order for the next boot when it is told to', async () => {
      await lab.power.bootOnce('alice', 'pxe');
      await lab.power.bootOnce('alice', null);
      await lab.power.change('alice', 'reset');
      await lab.settled();
      expect((await lab.boots()).at(-1)).toBe('disk');
    });

    it('is switched off', async () => {
      await lab.power.change('alice', 'off');
      await reaches('off');
      await lab.settled();
    });

    it('answers several who ask at once, one after the other', async () => {
      const asked = await Promise.all([
        lab.power.state('alice'),
        lab.power.firmware('alice'),
        lab.power.events('alice'),
        lab.power.state('alice'),
      ]);
      expect(asked[0]).toEqual(asked[3]);
    });

    it('says that nobody can tell where the answer is cut off, and asks for nothing twice', async () => {
      await lab.drop(1);
      await expect(lab.power.state('alice')).rejects.toMatchObject({ code: 'machine_unreachable' });
      expect(await state()).toBe('off');
    });

    it('says which machine is not reached', async () => {
      await expect(lab.away.state('alice')).rejects.toMatchObject({ code: 'machine_unreachable', params: { machine: 'alice' } });
    });

    it('asks with a refused password once, until somebody says so', async () => {
      const { stranger } = lab;
      await expect(stranger.state('alice')).rejects.toMatchObject({ code: 'machine_password' });
      await expect(stranger.change('alice', 'on')).rejects.toMatchObject({ code: 'machine_password' });
      expect(await lab.failures()).toBe(1);
      expect((await stranger.refusals()).map(({ machine }) => machine)).toEqual(['alice']);
      expect(await stranger.again('alice')).toBe(true);
      await expect(stranger.state('alice')).rejects.toMatchObject({ code: 'machine_password' });
      expect(await lab.failures()).toBe(2);
      expect(await state()).toBe('off');
      expect(await lab.power.refusals()).toEqual([]);
      expect(await lab.power.again('alice')).toBe(false);
    });

    it('gives up with the signal’s own reason', async () => {
      const reason = new Error('enough');
      await expect(lab.power.state('alice', AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}
