import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '#domain/console/text-mode.ts';
import type { Console } from '#ports/console.ts';

/** A screen in text mode that shows `login:`, and what stands in the way of looking at it. */
export interface ConsoleLab {
  readonly console: Console;
  /** What it is called there. */
  readonly name: string;
  /** The same, with another password than the console's, where vigie is given one. */
  readonly stranger?: Console;
  /** Nothing is shown any more; and back. */
  beOff(): Promise<void>;
  beOn(): Promise<void>;
  close(): Promise<void>;
}

/** What every implementation of the port promises. @param hasPassword whether the configuration says how the console is opened */
export function consoleContract(name: string, hasPassword: boolean, open: () => Promise<ConsoleLab>): void {
  describe(`console: ${name}`, () => {
    let lab: ConsoleLab;
    beforeAll(async () => {
      lab = await open();
    });
    afterAll(() => lab.close());

    it('shows the whole screen, whose words can be read', async () => {
      const screen = await lab.console.screen(lab.name);
      expect([screen.width, screen.height, screen.rgb.length]).toEqual([720, 400, 720 * 400 * 3]);
      expect(textOf(screen)?.join('\n')).toContain('login:');
    });

    it('can be looked at again and again', async () => {
      for (let times = 0; times < 3; times += 1) expect(textOf(await lab.console.screen(lab.name))).not.toBeNull();
    });

    it('refuses what there is not', async () => {
      await expect(lab.console.screen('nobody')).rejects.toMatchObject({ code: expect.stringMatching(/^(?:machine|guest)_unknown$/u) });
    });

    it('says that what is off shows nothing', async () => {
      await lab.beOff();
      await expect(lab.console.screen(lab.name)).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:machine_off|console_guest_off)$/u),
      });
      await lab.beOn();
    });

    if (hasPassword)
      it('asks with a wrong password once', async () => {
        const asked = async (): Promise<unknown> => await lab.stranger?.screen(lab.name);
        await expect(asked()).rejects.toMatchObject({ code: 'console_password' });
        await expect(asked()).rejects.toMatchObject({ code: 'console_password' });
      });

    it('gives up with the signal’s own reason', async () => {
      const reason = new Error('enough');
      await expect(lab.console.screen(lab.name, AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}
