import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { walkGluster } from '#adapters/probe/gluster.ts';
import { createProber } from '#adapters/probe/prober.ts';
import { loadRules } from '#config/rules/load-rules.ts';
import { LANGUAGES, type Language } from '#messages/templates.ts';
import { keepLevels, levelsReader } from '#pipeline/levels/levels.ts';
import { readLevels } from '#pipeline/levels/watch.ts';
import type { Cursors } from '#ports/store.ts';
import { withMissing } from '#app/app/systems.ts';
import { DEFAULTS } from '#test/config/rules/written.ts';
import { MemoryVolumes } from '#test/lab/volumes/memory-volumes.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { Watchroom } from './watchroom.ts';

const { rules } = loadRules([join(import.meta.dirname, '../../../templates/rules')], { ...DEFAULTS, checkRemedy: () => null });

/** Its own clock only dates what bricks hold. */
let volumes: MemoryVolumes;
let facts: Pick<Cursors, 'fact' | 'remember'>;
let room: Watchroom;
beforeEach(() => {
  volumes = new MemoryVolumes(new ManualClock());
  const kept = new Map<string, string>();
  facts = { fact: async (name) => kept.get(name) ?? null, remember: async (name, value) => void kept.set(name, value) };
});
afterEach(() => room.close());

/** The starter rule of this name, looking at the lab's GlusterFS. */
async function watch(name: string, language: Language = 'en'): Promise<void> {
  const levels = levelsReader(facts, () => room.clock.now());
  const source = { list: () => volumes.list(), heals: (one: string) => volumes.heals(one), mounts: () => volumes.mounts(), levels };
  const clock = { now: () => room.clock.now(), sleep: async () => undefined };
  const prober = createProber({ clock, systems: { gluster: (way, deadline) => walkGluster(way, source, deadline) } });
  room = await Watchroom.open({ rules: rules.filter((rule) => rule.name === name), prober, language });
}

/** The only post, with ordinary spaces. */
function said(): string {
  return room.only().text.replaceAll(/[\u00a0\u202f]/gu, ' ');
}

/** As the loop of vigie notes how full things are. */
async function note(freeBytes: number): Promise<void> {
  for (const brick of volumes.data.bricks) brick.freeBytes = freeBytes;
  await keepLevels(facts, await readLevels(withMissing({ volumes }), AbortSignal.timeout(5_000)), room.clock.now());
}

describe.each(LANGUAGES)('starter rules on GlusterFS, in %s', (language) => {
  const words = (en: string, fr: string): string => (language === 'en' ? en : fr);

  it('tell of a brick that is down, and that it is back', async () => {
    await watch('Brick down', language);
    await room.until(2.5);
    volumes.brickOf('pica02').online = false;
    await room.until(6);
    const text = said();
    expect(text).toContain(words('A part of a volume is down', 'Une partie d’un volume est à l’arrêt'));
    expect(text).toContain('pica02:/srv/bricks/data');
    volumes.brickOf('pica02').online = true;
    await room.until(9);
    expect(said()).toMatch(/^✅/u);
  });

  it('tell of what is pending once it has been for half an hour', async () => {
    await watch('Heal pending', language);
    volumes.data.bricks[0]?.take('/docs/a.txt', { content: 'a', now: 0, missing: volumes.data.bricks.slice(1) });
    await room.until(28);
    expect(room.posts()).toEqual([]);
    await room.until(34);
    expect(said()).toContain(words('`data`: 1 to heal, `/docs/a.txt`', '`data` : 1 à réparer, `/docs/a.txt`'));
    volumes.data.heal('index', 0);
    await room.until(38);
    expect(said()).toMatch(/^✅/u);
  });

  it('tell of a split-brain, and how to see both sides', async () => {
    await watch('Split-brain', language);
    volumes.split('/docs/b.txt', { pica01: 'one', pica02: 'two' });
    await room.until(6);
    expect(said()).toContain(words('`data`: 1 in split-brain, `/docs/b.txt`', '`data` : 1 en split-brain, `/docs/b.txt`'));
    expect(said()).toContain(words('`storage data`', '`stockage data`'));
    volumes.data.settle('/docs/b.txt', volumes.brickOf('pica01'), 0);
    await room.until(9);
    expect(said()).toMatch(/^✅/u);
  });

  it.each([
    ['missing', 'pica01:/DATA` is not mounted', 'pica01:/DATA` n’est pas monté'],
    ['stale', 'pica01:/DATA` is stale', 'pica01:/DATA` est monté, mais ne répond plus'],
  ] as const)('tell of a mount that is %s', async (state, en, fr) => {
    await watch('Volume not mounted', language);
    volumes.mountStates.set('pica01', state);
    await room.until(6);
    expect(said()).toContain(words(en, fr));
    volumes.mountStates.set('pica01', 'mounted');
    await room.until(9);
    expect(said()).toMatch(/^✅/u);
  });

  it('tell of a volume that will be full within a day, on the line through what was seen', async () => {
    await watch('Volume full soon', language);
    // 5 GB in a quarter of an hour: the 60 that are left last three hours.
    for (const [index, free] of [75, 70, 65, 60].entries()) {
      await room.until(0.5 + index * 15);
      await note(free * 1_000_000_000);
    }
    await room.until(50);
    expect(said()).toContain(
      words('is 70% full, 60 GB free; at this pace it is full in 3', 'est plein à 70 %, il reste 60 Go ; à ce rythme, il est plein dans 3'),
    );
    await note(150_000_000_000);
    await room.until(53);
    expect(said()).toMatch(/^✅/u);
  });
});

describe('what GlusterFS does not answer', () => {
  const away = new VigieError('ssh_unreachable', { host: 'root@pica01:22', reason: 'timed out' });

  it('is told by the rule of bricks alone', async () => {
    await watch('Brick down');
    volumes.trouble = away;
    await room.until(6);
    expect(said()).toContain('SSH to `root@pica01:22` failed');
  });

  it('is no end of what was wrong before, and no new trouble', async () => {
    await watch('Split-brain');
    volumes.split('/docs/b.txt', { pica01: 'one', pica02: 'two' });
    await room.until(6);
    volumes.trouble = away;
    await room.until(9);
    expect(room.states()).toContain('firing');
    expect(room.posts().filter(({ text }) => text.startsWith('✅'))).toEqual([]);
  });

  it('leaves what a brick would say unknown: nothing resolves', async () => {
    await watch('Heal pending');
    volumes.data.bricks[0]?.take('/docs/a.txt', { content: 'a', now: 0, missing: volumes.data.bricks.slice(1) });
    await room.until(34);
    volumes.data.heal('index', 0);
    volumes.brickOf('pica02').online = false;
    await room.until(37);
    expect(room.states()).toContain('firing');
  });

  it('is steady with little free, and quiet with much, as long as nobody can tell a direction', async () => {
    await watch('Volume full soon');
    await note(80_000_000_000);
    await room.until(4);
    expect(room.posts()).toEqual([]);
    await note(5_000_000_000);
    await room.until(8);
    expect(said()).toContain('is 97.5% full');
  });
});
