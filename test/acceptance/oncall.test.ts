import { afterEach, describe, expect, it } from 'vitest';
import { openRota, type RotaBook, type RotaSource } from '#pipeline/people/rota.ts';
import { Scene, textOf } from './scene.ts';

const source: RotaSource = {
  timezone: 'Europe/Paris',
  people: ['alice', 'bob'],
  rota: () => ({
    kind: 'weekly',
    timezone: 'Europe/Paris',
    people: ['alice', 'bob'],
    handover: { weekday: 1, minute: 540 },
    starts: '2026-01-05',
  }),
  state: () => null,
};

let scene: Scene;
let rota: RotaBook;
afterEach(() => scene.close());

/** Vigie with a rota, in a language. */
async function open(language: 'en' | 'fr' = 'en'): Promise<void> {
  scene = await Scene.open({ language });
  await restart(language);
}

async function restart(language: 'en' | 'fr' = 'en'): Promise<void> {
  await scene.stopVigie();
  // Vigie opens its store itself: the rota reads from that one.
  const later: { book: RotaBook | null } = { book: null };
  rota = {
    source,
    duty: (at) => present(later.book).duty(at),
    names: (at) => present(later.book).names(at),
    turns: (from, to) => present(later.book).turns(from, to),
    swaps: () => present(later.book).swaps(),
    add: (swap, by) => present(later.book).add(swap, by),
  };
  await scene.startVigie({ rota, language });
  later.book = await openRota(source, scene.store, scene.clock);
}

function present(book: RotaBook | null): RotaBook {
  if (book === null) throw new Error('the rota is not open');
  return book;
}

const current = (): string | null => rota.names(scene.clock.now()).current;
const other = (): string => (current() === 'alice' ? 'bob' : 'alice');

describe('who is on call', () => {
  it('is told, with those who follow', async () => {
    await open();
    await scene.say('zoe', '@vigie oncall');
    const post = await scene.post(/is on call until/u);
    expect(textOf(post)).toContain(`**${current()}** is on call until`);
    expect(textOf(post)).toMatch(new RegExp(`Then:\n- ${other()} from`, 'u'));
  });

  it('is swapped at once, seen by everybody, and swapped back', async () => {
    await open();
    const [first, second] = [current() ?? '', other()];
    await scene.say('alice', `@vigie oncall swap ${second} 2d`);
    const done = await scene.post(new RegExp(`\\*\\*${second}\\*\\* is on call from`, 'u'));
    await scene.reads(done, /Done in/u);
    expect(current()).toBe(second);
    expect(textOf(await scene.reads(done, /Instead of/u))).toContain(`Instead of \`${first}\``);
    await scene.say('alice', '@vigie oncall');
    await scene.post(new RegExp(`${second}\\*\\* is on call until .*\\(swapped\\)`, 'u'));
    await scene.say('alice', `@vigie oncall-swap @${first} 2d`);
    await scene.reads(await scene.post(new RegExp(`\\*\\*${first}\\*\\* is on call from`, 'u')), /Done in/u);
    expect(current()).toBe(first);
  });

  it('stays swapped after a restart', async () => {
    await open();
    const second = other();
    await scene.say('alice', `@vigie oncall swap ${second} today`);
    await scene.reads(await scene.post(new RegExp(`\\*\\*${second}\\*\\* is on call from`, 'u')), /Done in/u);
    await restart();
    expect(current()).toBe(second);
  });

  it('speaks French', async () => {
    await open('fr');
    const second = other();
    await scene.say('alice', `@vigie astreinte échange ${second} 2j`);
    const swap = await scene.post(new RegExp(`\\*\\*${second}\\*\\* est d’astreinte.* jusqu’.* à la place d`, 'isu'));
    await scene.reads(swap, /Terminée/u);
    await scene.say('alice', '@vigie astreinte');
    await scene.post(/est d’astreinte jusqu’.* \(échange\)/u);
  });

  it('does nothing where nothing changes', async () => {
    await open();
    await scene.say('alice', `@vigie oncall swap ${current() ?? ''} 1h`);
    await scene.post(/already/u);
    expect(rota.swaps()).toEqual([]);
  });

  it.each([
    ['a person whom nobody knows', 'oncall swap alcie 2d', /`alcie` can't be on call.*Did you mean `alice`\?/su],
    ['a person without a role', 'oncall swap eve 2d', /`eve` can't be on call/u],
    ['days that are none', 'oncall swap bob someday', /`someday` is no good `days`: days such as/u],
    ['days that are over', 'oncall swap bob 2020-01-01', /Those days were over/u],
    ['a lifetime', 'oncall swap bob 9999d', /A swap lasts at most 31 days and begins within a year/u],
    ['days that nobody lives to see', 'oncall swap bob 9998-12-01', /A swap lasts at most 31 days and begins within a year/u],
    ['a lack of days', 'oncall swap bob', /`oncall-swap` needs `DAYS`/u],
    ['a mistyped second word', 'oncall swpa bob 2d', /does not know what to do with `swpa`/u],
  ])('refuses %s', async (_what, command, answer) => {
    await open();
    await scene.say('alice', `@vigie ${command}`);
    await scene.post(answer);
    expect(rota.swaps()).toEqual([]);
  });

  it('is swapped only by who may', async () => {
    await open();
    await scene.say('zoe', '@vigie oncall swap bob 2d');
    await scene.post(/You may not run `oncall-swap`/u);
    expect(rota.swaps()).toEqual([]);
  });

  it('is explained by help, under both of its names', async () => {
    await open();
    await scene.say('alice', '@vigie help oncall swap');
    const post = await scene.post(/oncall-swap PERSON DAYS/u);
    expect(textOf(post)).toContain('oncall swap bob 3d');
  });

  it('is nobody where nobody configured it', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie oncall');
    await scene.post(/`vigie.yaml` has no `oncall`/u);
  });
});
