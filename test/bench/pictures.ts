import { access } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { drawScreen } from '#adapters/rfb/draw-screen.ts';
import { readScreen } from '#adapters/rfb/read-screen.ts';
import { MachinesLab, VNC_PASSWORD } from '#test/real/machines/machines-lab.ts';
import { LAB } from '#test/real/swarm.ts';
import { floorOf, quantile, type Row } from './table.ts';

const [WARM, COUNTED] = [2, 20];

/** What is missing for these; null: nothing. */
export async function lackingForPictures(): Promise<string | null> {
  try {
    await access(join(LAB, 'machines/image/vmlinuz'));
    return null;
  } catch {
    return 'no machine is built to boot in QEMU (test/real/install.sh does it)';
  }
}

/** The console of a machine in QEMU, at its login: asked for through the SSH bounce, as vigie does, and drawn. */
export async function pictureRows(): Promise<readonly Row[]> {
  const lab = await MachinesLab.open('alice');
  try {
    const alice = lab.machine('alice');
    await alice.machine('on');
    await alice.machine('wait', '180');
    const power = lab.power();
    const through: number[] = [];
    const beside: number[] = [];
    const drawn: number[] = [];
    let bytes = 0;
    let png = 0;
    for (let index = 0; index < WARM + COUNTED; index += 1) {
      // The floor, in turn: the same without AMT's questions and the way over SSH.
      const socket = connect(alice.vnc, '127.0.0.1');
      const [, besideMs] = await timed(() => readScreen(socket, VNC_PASSWORD, AbortSignal.timeout(30_000)));
      bytes = socket.bytesRead;
      const [screen, throughMs] = await timed(() => power.screen('alice', AbortSignal.timeout(30_000)));
      const [picture, drawnMs] = await timed(() => drawScreen(screen));
      png = picture.png.length;
      if (index < WARM) continue;
      through.push(throughMs);
      beside.push(besideMs);
      drawn.push(drawnMs);
    }
    const floor = quantile(beside, 0.5);
    const median = quantile(through, 0.5);
    return [
      {
        what: `a console's picture through the bounce, median of ${COUNTED}`,
        measured: `${median} ms (p95 ${quantile(through, 0.95)} ms)`,
        ...floorOf(median, floor, 'ms', 'without it'),
        aim: '< 250 ms',
      },
      {
        what: 'its bytes over VNC, and as PNG',
        measured: `${(bytes / 1_000).toFixed(1)} kB, ${(png / 1_000).toFixed(1)} kB`,
        aim: 'about 7 and 14 kB',
      },
      { what: 'to draw it', measured: `${quantile(drawn, 0.5)} ms`, aim: '< 20 ms' },
    ];
  } finally {
    await lab.close();
  }
}

async function timed<T>(act: () => Promise<T> | T): Promise<readonly [T, number]> {
  const begin = performance.now();
  const done = await act();
  return [done, performance.now() - begin];
}
