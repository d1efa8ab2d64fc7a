import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { terminalAsker } from '#app/app/setup/prompts.ts';

/** A terminal of which one reads what it shows, for one question: the library lets go of it afterwards. */
function screen() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = '';
  output.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  const type = async (question: string, keys: string): Promise<void> => {
    for (let tries = 0; !shown.includes(question); tries += 1) {
      if (tries > 500) throw new Error(`nobody asked ${question}: ${shown}`);
      await sleep(10);
    }
    input.write(keys);
  };
  return { asker: terminalAsker({ input, output }), type, shown: () => shown };
}

describe('a question in a terminal', () => {
  it('takes a line, or what holds if nothing is typed', async () => {
    const [first, second] = [screen(), screen()];
    const [said] = await Promise.all([first.asker.text('Which channel?', 'ops'), first.type('Which channel?', 'alerts\r')]);
    const [left] = await Promise.all([second.asker.text('Which bot?', 'vigie'), second.type('Which bot?', '\r')]);
    expect([said, left]).toEqual(['alerts', 'vigie']);
  });

  it('shows no secret, not even how long it is', async () => {
    const { asker, type, shown } = screen();
    const [secret] = await Promise.all([asker.secret('Which token?'), type('Which token?', 'xr8m1zq5yjb7ukw3\r')]);
    expect(secret).toBe('xr8m1zq5yjb7ukw3');
    expect(shown()).not.toMatch(/xr8m|\*/u);
  });

  it('lets one choose and confirm', async () => {
    const [first, second] = [screen(), screen()];
    const [chosen] = await Promise.all([first.asker.choose('Which team?', ['picasoft', 'other']), first.type('Which team?', '\u001b[B\r')]);
    const [sure] = await Promise.all([second.asker.confirm('The same?', false), second.type('The same?', 'y\r')]);
    expect([chosen, sure]).toEqual(['other', true]);
  });

  it('ends in words when somebody presses Ctrl-C', async () => {
    const { asker, type } = screen();
    await Promise.all([expect(asker.text('Which bot?')).rejects.toThrow('What was done stays'), type('Which bot?', '\u0003')]);
  });
});
