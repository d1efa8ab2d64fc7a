import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { walkRaid, walkSmart } from '#adapters/probe/disks.ts';
import { createProber } from '#adapters/probe/prober.ts';
import { loadRules } from '#config/rules/load-rules.ts';
import { LANGUAGES, type Language } from '#messages/templates.ts';
import { DEFAULTS } from '#test/config/rules/written.ts';
import { MemoryDisks } from '#test/lab/disks/memory-disks.ts';
import { Watchroom } from './watchroom.ts';

const { rules } = loadRules([join(import.meta.dirname, '../../../templates/rules')], { ...DEFAULTS, checkRemedy: () => null });

let disks: MemoryDisks;
let room: Watchroom;
beforeEach(() => {
  disks = new MemoryDisks(['alice', 'bob']);
});
afterEach(() => room.close());

/** The starter rule of this name, looking at the lab's disks. */
async function watch(name: string, language: Language = 'en'): Promise<void> {
  const clock = { now: () => room.clock.now(), sleep: async () => undefined };
  const prober = createProber({
    clock,
    systems: { raid: (way, deadline) => walkRaid(way, disks, deadline), smart: (way, deadline) => walkSmart(way, disks, deadline) },
  });
  room = await Watchroom.open({ rules: rules.filter((rule) => rule.name === name), prober, language });
}

/** The only post, with ordinary spaces. */
function said(): string {
  return room.only().text.replaceAll(/[\u00a0\u202f]/gu, ' ');
}

interface Story {
  readonly rule: string;
  readonly ill: () => unknown;
  readonly well: () => unknown;
  readonly en: string;
  readonly fr: string;
}

const STORIES: readonly Story[] = [
  {
    rule: 'RAID degraded',
    ill: () => disks.pull('alice', 'md1', 'SSD-LAB0001'),
    well: () => Object.assign(disks.array('alice', 'md1'), { state: 'whole' }),
    en: '`md1` on `alice` lacks a disk. `disks alice` shows its disks.',
    fr: 'l manque un disque à `md1` sur `alice`. `disques alice` montre ses disques.',
  },
  {
    rule: 'RAID rebuilding',
    ill() {
      disks.fail('alice', 'md0', 'WD-LAB0001');
      disks.rebuild('alice', 'md0', 'WD-LAB0001');
    },
    well: () => disks.finish('alice', 'md0'),
    en: '`md0` on `alice` is rebuilding: 10.9%, 36 s left',
    fr: '`md0` sur `alice` se reconstruit : 10,9 %, encore 36 s',
  },
  {
    rule: 'RAID inconsistent',
    ill: () => (disks.array('bob', 'md0').mismatches = 128),
    well: () => (disks.array('bob', 'md0').mismatches = 0),
    en: '`md0` on `bob` contradicts itself in 128 sectors',
    fr: '`md0` sur `bob` se contredit dans 128 secteurs',
  },
  {
    rule: 'Disk failing',
    ill: () => (disks.disk('bob', 'WD-LAB0002').signs = [{ kind: 'failing' }, { kind: 'unreadable', count: 8 }]),
    well: () => (disks.disk('bob', 'WD-LAB0002').signs = [{ kind: 'replaced', count: 8 }]),
    en: 'Disk `WD-LAB0002` of `bob` (ata1) is failing, by its own word, has sectors that can’t be read',
    fr: '`WD-LAB0002` sur `bob` (ata1) va lâcher, de son propre aveu, a des secteurs illisibles',
  },
  {
    rule: 'Disk worn',
    ill: () => (disks.disk('alice', 'SSD-LAB0000').worn = 0.91),
    well: () => (disks.disk('alice', 'SSD-LAB0000').worn = 0.9),
    en: 'Disk `SSD-LAB0000` of `alice` (0000:01:00.0) is worn to 91%',
    fr: '`SSD-LAB0000` sur `alice` (0000:01:00.0) est usé à 91 %',
  },
  {
    rule: 'Disk hot',
    ill: () => (disks.disk('alice', 'WD-LAB0000').celsius = 55),
    well: () => (disks.disk('alice', 'WD-LAB0000').celsius = 54),
    en: 'Disk `WD-LAB0000` of `alice` (ata1) is at 55 °C',
    fr: '`WD-LAB0000` sur `alice` (ata1) est à 55 °C',
  },
];

describe.each(LANGUAGES)('starter rules on disks, in %s', (language) => {
  it.each(STORIES.map((story) => [story.rule, story] as const))('%s: fires while it is so, and resolves after', async (rule, story) => {
    await watch(rule, language);
    await room.until(6);
    expect(room.posts()).toEqual([]);
    story.ill();
    await room.until(16);
    expect(said()).toContain(story[language]);
    expect(room.states()).toContain('firing');
    story.well();
    await room.until(26);
    expect(said()).toMatch(/^✅/u);
  });
});

describe('disks that nobody can ask', () => {
  const away = new VigieError('ssh_unreachable', { host: 'root@alice:22', reason: 'timed out' });

  it.each(['RAID degraded', 'Disk failing'])('are no trouble of their own: %s', async (rule) => {
    await watch(rule);
    disks.trouble.set('alice', away);
    await room.until(16);
    expect(room.posts().filter(({ text }) => !/vigie/iu.test(text))).toEqual([]);
  });

  it('hide nothing that another machine says', async () => {
    await watch('RAID degraded');
    disks.trouble.set('alice', away);
    disks.fail('bob', 'md0', 'WD-LAB0002');
    await room.until(16);
    expect(said()).toContain('`md0` on `bob` lacks a disk');
  });

  it('resolve nothing', async () => {
    await watch('Disk hot');
    disks.disk('alice', 'WD-LAB0000').celsius = 60;
    await room.until(16);
    disks.trouble.set('alice', away);
    await room.until(30);
    expect(room.states()).toContain('firing');
  });

  it('because nothing asks them over there, are none', async () => {
    await watch('Disk failing');
    disks.disk('alice', 'WD-LAB0000').signs = [{ kind: 'failing' }];
    disks.unasked.add('alice');
    await room.until(16);
    expect(room.posts()).toEqual([]);
  });
});
