import { describe, expect, it } from 'vitest';
import { addSaved, addTiny, addTwoOff, expectWholeStory, playGuest } from './guests.ts';

/** The moments that matter most; every point of the journal is tried beside the real servers. */
const SNAPSHOT = { command: 'snapshot pica01', approver: null };

describe('vigie killed during a snapshot', () => {
  it.concurrent.each(['finish:snapshot:before'])('at %s ends the story right, with one snapshot', { timeout: 60_000 }, async (point) => {
    const end = await playGuest(SNAPSHOT, point);
    expectWholeStory(end, 'succeeded');
    expect(end.tasks.map(({ kind }) => kind)).toEqual(['qmsnapshot']);
    expect(end.snapshots).toHaveLength(1);
    expect(end.text).toMatch(/Done in/u);
  });

  it.concurrent('before it was sent, fails and says so: nothing is done twice on a guess', { timeout: 60_000 }, async () => {
    const end = await playGuest(SNAPSHOT, 'begin:snapshot:after');
    expectWholeStory(end, 'failed');
    expect(end.tasks).toEqual([]);
    expect(end.text).toMatch(/vigie stopped during `snapshot`, before it took effect\. Ask again/u);
  });
});

const BACKUP = { command: 'backup tiny', approver: null, before: addTiny };

describe('vigie killed during the backup of a VM', () => {
  it.concurrent.each(['begin:copy:after'])(
    'at %s ends the story right, with one vzdump, one entry in the ledger and one copy',
    { timeout: 60_000 },
    async (point) => {
      const end = await playGuest(BACKUP, point);
      expectWholeStory(end, 'succeeded');
      expect(end.tasks.map(({ kind }) => kind)).toEqual(['vzdump']);
      expect(end.files.map(({ notes }) => notes)).toEqual([`vigie ${end.id}`]);
      expect(end.backups).toMatchObject([{ id: end.id, target: 'tiny', state: 'good', copies: [{ place: 'bob' }] }]);
      expect(end.copies).toEqual([end.backups[0]?.copies[0]?.path]);
    },
  );
});

const RESTORE = { command: 'restore-vm tiny', approver: 'alice', before: addSaved };

describe('vigie killed during the restore of a VM', () => {
  it.concurrent('after Proxmox was told, and before it was written down: one restore, found again', { timeout: 60_000 }, async () => {
    const end = await playGuest(RESTORE, 'finish:restore 100:before');
    expectWholeStory(end, 'succeeded');
    expect(end.tasks.map(({ kind, vmid }) => [kind, vmid])).toEqual([['qmrestore', 100]]);
    expect(end.guests).toContainEqual([100, 'tiny-restored', 'stopped']);
  });

  it.concurrent('before it was sent, fails and says so', { timeout: 60_000 }, async () => {
    const end = await playGuest(RESTORE, 'begin:restore 100:after');
    expectWholeStory(end, 'failed');
    expect(end.tasks).toEqual([]);
    expect(end.text).toMatch(/before it took effect\. Ask again/u);
  });
});

const EVACUATE = { command: 'evacuate bob', approver: 'bob', before: addTwoOff };

describe('vigie killed while it empties a hypervisor', () => {
  it.concurrent('between the moves: each is done once, and the rest goes on', { timeout: 60_000 }, async () => {
    const end = await playGuest(EVACUATE, 'finish:move 301:before');
    expectWholeStory(end, 'succeeded');
    expect(end.tasks.map(({ kind, vmid }) => [kind, vmid])).toEqual([
      ['qmigrate', 301],
      ['qmigrate', 302],
    ]);
    expect(end.nodes).toMatchObject({ one: 'alice', two: 'alice' });
  });
});
