import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { createVolumes } from '#adapters/gluster/create-volumes.ts';
import { Scene, textOf } from '#test/acceptance/scene.ts';
import { volumesContract } from '#test/contract/volumes.contract.ts';
import { GlusterLab } from './gluster/gluster-lab.ts';

const REPORT = '/docs/report.odt';

/** The contract tears a file, and this one in the same outage. */
let lab: GlusterLab;
beforeAll(async () => {
  lab = await GlusterLab.open();
  lab.alsoTorn.push(REPORT);
});
afterAll(() => lab.end());

volumesContract('GlusterFS, over SSH', async () => lab);

describe('a split-brain on GlusterFS', () => {
  it('is healed from the side that two people chose, and the other one is kept', async () => {
    const [right, wrong] = [await lab.onBrick('pica01', REPORT), await lab.onBrick('pica02', REPORT)];
    expect(right).not.toBe(wrong);
    const scene = await Scene.open({ speed: 1, systems: { volumes: lab.volumes } });
    try {
      await scene.say('zoe', '@vigie storage data');
      const shown = textOf(await scene.post(/in split-brain/u));
      expect(shown).toMatch(/`\/docs\/report\.odt`[^]*`pica01` 9\sB, written [^]*`pica02` 7\sB, written /u);
      await scene.say('alice', `@vigie heal data ${REPORT} --from pica01`);
      const post = await scene.post(/is overwritten/u);
      await scene.who('bob').react(post.id, 'white_check_mark');
      const done = textOf(await scene.reads(post, /is the same everywhere now/u, 60_000));
      const [, kept = ''] = /kept on `pica02`: `([^`]+)`/u.exec(done) ?? [];
      expect(await lab.fileOn('pica02', kept)).toBe(wrong);
      expect(await lab.read(REPORT)).toBe(right);
      expect([await lab.onBrick('pica01', REPORT), await lab.onBrick('pica02', REPORT)]).toEqual([right, right]);
    } finally {
      await scene.close();
    }
  });

  it('is looked at through no link that leads out of the brick', async () => {
    await lab.on('pica01', 'ln', '-s', '/etc', `${lab.mountPoint('pica01')}/out`);
    await expect(lab.volumes.sides('data', '/out/passwd')).rejects.toMatchObject({ code: 'volume_path' });
  });
});

describe('GlusterFS behind an account that is not root', () => {
  it('is asked by sudo, and refuses whoever may not', async () => {
    const volumes = (sudo: boolean) =>
      createVolumes({ machines: [{ ...lab.asNobody('pica01'), sudo }], mounts: [], aside: '/nowhere', clock: systemClock });
    await expect(volumes(true).list()).rejects.toMatchObject({
      code: 'gluster_refused',
      params: { reason: expect.stringMatching(/^sudo: /u) },
    });
    await lab.letNobody('pica01', '/usr/sbin/gluster');
    expect((await volumes(true).list()).map(({ name }) => name)).toEqual(['data', 'vault']);
    await expect(volumes(false).list()).rejects.toMatchObject({ code: 'gluster_refused' });
  });
});
