import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NamedThing } from '#ports/inventory.ts';
import { Scene } from './scene.ts';

const NAMED: readonly NamedThing[] = [
  { kind: 'service', place: 'services', name: 'blgo' },
  { kind: 'service', place: 'services', name: 'pad' },
  { kind: 'guest', place: 'proxmox.guests', name: 'pica99' },
  { kind: 'target', place: 'policy.0.match.target', name: 'padd' },
  { kind: 'channel', place: 'mattermost.announce', name: 'everybody' },
  { kind: 'channel', place: 'alerts.channel', name: 'ops' },
];

describe('what the configuration names and is not there', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open({ parts: { namedThings: NAMED } });
  });
  afterAll(() => scene.close());

  it('is said at the start, with what was probably meant', async () => {
    const { message } = await scene.post(/^⚠️ `vigie\.yaml` names/u);
    expect(message.split('\n')).toEqual([
      "⚠️ `vigie.yaml` names what isn't there, so what it says of it holds for nothing:",
      '- `services`: `blgo`, did you mean `blog`?',
      expect.stringMatching(/^- `proxmox\.guests`: `pica99`, did you mean `pica0\d`\?$/u),
      '- `policy.0.match.target`: `padd`, did you mean `pad`?',
      "- `mattermost.announce`: `everybody`, a channel that vigie doesn't see: invite it there",
      '',
      'Correct them there, or take them out.',
    ]);
  });

  it('is said in French too', async () => {
    await scene.stopVigie();
    await scene.startVigie({ language: 'fr' });
    const { message } = await scene.post(/^⚠️ `vigie\.yaml` nomme/u);
    expect(message).toContain('- `services`\u00a0: `blgo`, voulais-tu dire `blog`\u00a0?');
  });
});
