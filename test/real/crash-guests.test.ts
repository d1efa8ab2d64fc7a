import { describe, expect, it } from 'vitest';
import { addSaved, addTiny, addTwoOff, expectWholeStory, playGuest } from '#test/crash/guests.ts';
import { pointsToTry } from '#test/crash/points.ts';

const SNAPSHOT = { command: 'snapshot pica01', approver: null };
const BACKUP = { command: 'backup tiny', approver: null, before: addTiny };

const RESTORE = { command: 'restore-vm tiny', approver: 'alice', before: addSaved };
const IN_PLACE = { command: 'restore-vm tiny --in-place', approver: 'bob', before: addSaved };
const EVACUATE = { command: 'evacuate bob', approver: 'bob', before: addTwoOff };

/** Every write of the journal and every change of state, found by watching stories that nobody disturbs. */
const ofSnapshot = (await playGuest(SNAPSHOT, null)).points;
const ofBackup = (await playGuest(BACKUP, null)).points;
const ofRestore = (await playGuest(RESTORE, null)).points;
const inPlace = (await playGuest(IN_PLACE, null)).points;
const ofEvacuate = (await playGuest(EVACUATE, null)).points;

/** Begun, and never sent: what may not be done twice isn't done on a guess. */
const UNSENT: readonly string[] = ['begin:snapshot:after', 'begin:vzdump:after', 'begin:restore 100:after'];

describe('vigie killed during a snapshot of a VM in memory', () => {
  it('writes every step before and after its effect', () => {
    for (const step of ['snapshot', 'follow'])
      expect(ofSnapshot).toEqual(expect.arrayContaining([`begin:${step}:after`, `finish:${step}:before`]));
  });

  it.each(pointsToTry(ofSnapshot))('at %s: one snapshot, or none and a word on that', async (point) => {
    const end = await playGuest(SNAPSHOT, point);
    const unsent = UNSENT.includes(point);
    expectWholeStory(end, unsent ? 'failed' : 'succeeded');
    expect(end.tasks).toHaveLength(unsent ? 0 : 1);
    expect(end.snapshots).toHaveLength(unsent ? 0 : 1);
  });
});

describe('vigie killed during the backup of a VM in memory', () => {
  it('writes every step before and after its effect', () => {
    for (const step of ['vzdump', 'follow', 'find', 'digest', 'record', 'copy'])
      expect(ofBackup).toEqual(expect.arrayContaining([`begin:${step}:after`, `finish:${step}:before`]));
  });

  it.each(pointsToTry(ofBackup))('at %s: one vzdump and one copy, or none and a word on that', async (point) => {
    const end = await playGuest(BACKUP, point);
    const unsent = UNSENT.includes(point);
    expectWholeStory(end, unsent ? 'failed' : 'succeeded');
    expect(end.tasks.map(({ kind }) => kind)).toEqual(unsent ? [] : ['vzdump']);
    expect(end.backups).toHaveLength(unsent ? 0 : 1);
    expect(end.copies).toEqual(unsent ? [] : [end.backups[0]?.copies[0]?.path]);
  });
});

describe('vigie killed during the restore of a VM in memory', () => {
  it('writes every step before and after its effect', () => {
    for (const step of ['number', 'restore 100', 'follow restore', 'look'])
      expect(ofRestore).toEqual(expect.arrayContaining([`begin:${step}:after`, `finish:${step}:before`]));
  });

  it.each(pointsToTry(ofRestore))('at %s: one machine beside the live one, or none and a word on that', async (point) => {
    const end = await playGuest(RESTORE, point);
    const unsent = UNSENT.includes(point);
    expectWholeStory(end, unsent ? 'failed' : 'succeeded');
    expect(end.tasks.map(({ kind }) => kind)).toEqual(unsent ? [] : ['qmrestore']);
    expect(end.guests.filter(([, name]) => String(name).startsWith('tiny'))).toEqual([
      ...(unsent ? [] : [[100, 'tiny-restored', 'stopped']]),
      [301, 'tiny', 'stopped'],
    ]);
  });
});

describe('vigie killed while a restored VM takes the place of the live one', () => {
  it.each(pointsToTry(inPlace))('at %s: the one before is kept, or has its place', async (point) => {
    const end = await playGuest(IN_PLACE, point);
    const unsent = UNSENT.includes(point);
    expectWholeStory(end, unsent ? 'failed' : 'succeeded');
    expect(end.tasks.filter(({ kind }) => kind === 'qmrestore')).toHaveLength(unsent ? 0 : 1);
    expect(end.guests.filter(([, name]) => String(name).startsWith('tiny'))).toEqual(
      unsent
        ? [[301, 'tiny', 'stopped']]
        : [
            [100, 'tiny', 'stopped'],
            [301, `tiny-before-${end.id}`, 'stopped'],
          ],
    );
  });
});

describe('vigie killed while it empties a hypervisor in memory', () => {
  it('writes every move before and after its effect', () => {
    for (const step of ['move 301', 'follow 301', 'move 302', 'follow 302'])
      expect(ofEvacuate).toEqual(expect.arrayContaining([`begin:${step}:after`, `finish:${step}:before`]));
  });

  it.each(pointsToTry(ofEvacuate))('at %s: no guest moves twice', async (point) => {
    const end = await playGuest(EVACUATE, point);
    // One that was begun and not sent isn't sent on a guess; the one before it has moved.
    const sent = point === 'begin:move 301:after' ? 0 : point === 'begin:move 302:after' ? 1 : 2;
    expectWholeStory(end, sent === 2 ? 'succeeded' : 'failed');
    expect(end.tasks.map(({ vmid }) => vmid)).toEqual([301, 302].slice(0, sent));
    expect(end.nodes).toMatchObject({ one: sent > 0 ? 'alice' : 'bob', two: sent > 1 ? 'alice' : 'bob' });
  });
});
