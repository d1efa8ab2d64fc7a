import { afterEach, describe, expect, it } from 'vitest';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { KNOWN } from '#test/lab/network/memory-network.ts';
import { Scene, textOf, type SceneOptions } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

/** What a person reads, with ordinary spaces. */
function wordsOf(post: SeenPost): string {
  return textOf(post).replaceAll(/[\u00a0\u202f]/gu, ' ');
}

async function asked(change: () => void = () => undefined, options: SceneOptions = {}, word = 'addresses'): Promise<string> {
  scene = await Scene.open(options);
  scene.network.addressesKnown = KNOWN;
  change();
  await scene.say('zoe', `@vigie ${word}`);
  return wordsOf(await scene.post(/10\.79\.0|configur|nodes/u));
}

describe('addresses', () => {
  it('says where each is, what is spare, and what is nowhere', async () => {
    const text = await asked();
    expect(text).toMatch(/^🔴 `10\.79\.0\.60` \*\*is on no machine\*\*; it belongs to `pica02` \(services\)/u);
    expect(text).toContain('🟢 `10.79.0.57` `pica01` (services)');
    expect(text).toContain('🟢 `10.79.0.58` spare');
  });

  it('points at one that two hold, at one that is elsewhere, and at a spare one that is held', async () => {
    const text = await asked(() => {
      scene.network.hold('pica02', '10.79.0.57');
      scene.network.hold('pica01', '10.79.0.60');
      scene.network.hold('alice', '10.79.0.58');
    });
    expect(text).toContain('🔴 `10.79.0.57` **is held twice**: `pica01` and `pica02` (services)');
    expect(text).toContain('🔴 `10.79.0.60` is on `pica01`, **not on** `pica02` (services)');
    expect(text).toContain('⚠️ `10.79.0.58` is spare, and **held by** `alice`');
  });

  it('says which port of a hypervisor leads to which machine, and which to nobody', async () => {
    const text = await asked();
    expect(text).toContain('**`alice`** leads on');
    expect(text).toContain('🟢 `8081` → `pica01` `10.79.0.11` `80`');
    expect(text).toContain('⚠️ `443` at `10.79.0.1` → `pica01` `10.79.0.11`, where nobody listens');
    expect(text).toContain('🔴 `8082` → `10.79.0.77` `80`: **nobody is there**');
    expect(text).toContain('⚪ `53` UDP → `pica02` `10.79.0.12` `5353`');
    expect(text).toContain('❔ 1 rule of a form that vigie cannot read');
    expect(text.indexOf('8082')).toBeLessThan(text.indexOf('8081'));
  });

  it('says that it is unknown what a machine that does not answer may hold', async () => {
    const text = await asked(() => scene.network.away.add('pica02'));
    expect(text).toContain('❔ `pica02`: SSH to `root@pica02:22` failed (timed out).');
    expect(text).toContain('❔ `10.79.0.60` (services) unknown: `pica02` cannot be asked');
    expect(text).toContain('🟢 `10.79.0.57` `pica01`');
    expect(text).not.toContain('no machine');
  });

  it('says what to configure', async () => {
    expect(await asked(() => (scene.network.addressesKnown = []))).toContain('No address is configured: set `addresses:` in `vigie.yaml`');
    await scene.close();
    expect(await asked(undefined, { without: ['network'] })).toContain('No machine is configured: set `hosts`');
  });

  it('speaks French', async () => {
    const text = await asked(() => scene.network.hold('pica02', '10.79.0.57'), { language: 'fr' }, 'adresses');
    expect(text).toContain('🔴 `10.79.0.57` **est tenue deux fois** : `pica01` et `pica02`');
    expect(text).toContain('🔴 `8082` → `10.79.0.77` `80` : **il n’y a personne**');
  });
});

describe('status', () => {
  it('tells of addresses that are not where they belong, with what to type', async () => {
    const text = await asked(() => scene.network.hold('pica02', '10.79.0.57'), {}, 'status');
    expect(text).toContain('🔴 `10.79.0.57` is held twice: `pica01` and `pica02` · `addresses`');
    expect(text).toContain('🔴 `10.79.0.60` is on no machine; it belongs to `pica02` · `addresses`');
  });

  it('says that nobody knows what a machine holds that does not answer', async () => {
    const text = await asked(() => scene.network.away.add('pica02'), {}, 'status');
    expect(text).toContain('which addresses `pica02` holds is unknown · `addresses`');
    expect(text).toContain('1 address in place');
  });

  it('asks nobody where no address is configured', async () => {
    scene = await Scene.open();
    scene.network.away.add('alice').add('pica01').add('pica02');
    await scene.say('zoe', '@vigie status');
    expect(wordsOf(await scene.post(/2 nodes/u))).not.toContain('address');
  });
});
