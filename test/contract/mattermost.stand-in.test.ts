import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openListener } from '#test/lab/mattermost/listener.ts';
import { connectAdmin, type Admin } from '#test/lab/mattermost/admin.ts';
import type { Person } from '#test/lab/mattermost/person.ts';
import { Rest, RestError, errorId } from '#test/lab/mattermost/rest.ts';
import type { SeenChannel, SeenTeam } from '#test/lab/mattermost/seen.ts';
import { startMattermost } from '#test/lab/mattermost/server.ts';
import type { LabMattermost } from '#test/lab/mattermost/server.ts';
import { startIntegration } from './mattermost-integration.ts';

/** What only a stand-in can do: break on demand, remember every version, move its clock; and what a licence or the last administrator keeps from the suite. */
describe('the stand-in alone', () => {
  let lab: LabMattermost;
  let admin: Admin;
  let alice: Person;
  let bot: Person;
  let team: SeenTeam;
  let ops: SeenChannel;
  let movedMs = 0;

  beforeEach(async () => {
    movedMs = 0;
    lab = await startMattermost({ now: () => Date.now() + movedMs });
    admin = await connectAdmin(lab.url, lab.adminToken);
    [team, alice, bot] = await Promise.all([admin.createTeam(), admin.createPerson(), admin.createBot('vigie')]);
    ops = await admin.createChannel(team);
    await admin.addToChannel(ops, alice, bot);
  });
  afterEach(() => lab.stop());

  describe('faults', () => {
    it('refuses the requests that it was told to, then serves again', async () => {
      lab.faults.failNext(1, 503, 'POST /posts');
      await expect(bot.say(ops.id, 'x')).rejects.toMatchObject({ status: 503 });
      expect(await bot.posts(ops.id)).not.toContainEqual(expect.objectContaining({ message: 'x' }));
      expect((await bot.say(ops.id, 'x')).message).toBe('x');
    });

    it('limits the rate as Mattermost does: 429, with the seconds to wait', async () => {
      lab.faults.failNext(1, 429, 'GET /users/me', { 'X-RateLimit-Reset': '3' });
      const { status, headers, text } = await bot.rest.request('GET', '/users/me');
      expect([status, text]).toEqual([429, 'limit exceeded\n']);
      expect(['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'].map((name) => headers.get(name))).toEqual([
        '10',
        '0',
        '3',
      ]);
    });

    it('loses an answer whose work was done', async () => {
      lab.faults.loseAnswers(1, 'POST /posts');
      await expect(bot.say(ops.id, 'stored')).rejects.not.toBeInstanceOf(RestError);
      expect((await bot.posts(ops.id)).at(-1)?.message).toBe('stored');
    });

    it('breaks a connection before any work', async () => {
      lab.faults.failNext(1, 0, 'POST /posts');
      await expect(bot.say(ops.id, 'lost')).rejects.not.toBeInstanceOf(RestError);
      expect((await bot.posts(ops.id)).at(-1)?.message).not.toBe('lost');
    });

    it('waits before it answers', async () => {
      lab.faults.latencyMs = 50;
      const start = performance.now();
      await bot.me();
      expect(performance.now() - start).toBeGreaterThan(45);
    });
  });

  it('logs requests, and keeps every version of a post', async () => {
    const post = await bot.say(ops.id, 'v1');
    await bot.edit(post, 'v2');
    expect(lab.history(post.id).map((version) => version.message)).toEqual(['v1', 'v2']);
    expect(lab.requests.at(-1)).toEqual({ method: 'PUT', path: `/api/v4/posts/${post.id}/patch`, userId: bot.id, status: 200 });
  });

  it('cuts one person’s sockets, resumable', async () => {
    const [cut, kept] = [await bot.listen(), await alice.listen()];
    const hello = cut.events[0];
    lab.cutSockets(bot.id);
    expect(await cut.closed).toBe(1006);
    await alice.say(ops.id, 'while away');
    await kept.waitForPost('while away');
    const back = await openListener(lab.url, {
      token: bot.token,
      resume: { connectionId: String(hello?.data['connection_id']), sequence: Math.max(...cut.events.map((one) => one.seq)) + 1 },
    });
    await back.waitForPost('while away');
    expect(back.names()).not.toContain('hello');
  });

  it('restarts at the same address with the same data, sockets and pending ids forgotten', async () => {
    const ears = await bot.listen();
    const connectionId = String(ears.events[0]?.data['connection_id']);
    const first = await bot.say(ops.id, 'once', { pendingPostId: 'p1' });
    await lab.restart();
    expect(await ears.closed).toBe(1006);
    expect((await bot.post(first.id)).message).toBe('once');
    expect((await bot.say(ops.id, 'once', { pendingPostId: 'p1' })).id).not.toBe(first.id);
    const back = await openListener(lab.url, { token: bot.token, resume: { connectionId, sequence: 1 } });
    const hello = await back.waitFor((one) => one.event === 'hello');
    expect(hello.data['connection_id']).not.toBe(connectionId);
  });

  it('answers nobody once stopped', async () => {
    await lab.stop();
    await expect(bot.me()).rejects.toThrow();
  });

  it('forgets a connection that stays away for more than five minutes', async () => {
    const ears = await bot.listen();
    ears.cut();
    await ears.closed;
    await bot.me(); // the server, too, has seen the socket close
    movedMs += 6 * 60_000;
    const back = await openListener(lab.url, {
      token: bot.token,
      resume: { connectionId: String(ears.events[0]?.data['connection_id']), sequence: 2 },
    });
    expect((await back.waitFor((one) => one.seq >= 0)).event).toBe('hello');
  });

  it('takes a late answer for 30 minutes', async () => {
    const integration = await startIntegration();
    await admin.createCommand(team, { trigger: 'ops', url: integration.url });
    await alice.slash(ops.id, team.id, '/ops help');
    const path = new URL(new URLSearchParams(integration.last().body).get('response_url') ?? '').pathname;
    const late = (): Promise<number> => new Rest(lab.url, '').request('POST', path, { text: 'late' }).then((answer) => answer.status);
    movedMs += 29 * 60_000;
    expect(await late()).toBe(200);
    movedMs += 61_000;
    expect(await late()).toBe(404);
    await integration.stop();
  });

  it('keeps its last administrator who is a person', async () => {
    await admin.setRoles(bot, 'system_user system_admin');
    const demote = (): ReturnType<Rest['request']> => admin.me.rest.request('PUT', `/users/${bot.id}/roles`, { roles: 'system_user' });
    expect(errorId(await demote())).toBe('app.user.update.lastAdmin.app_error');
    await admin.setRoles(alice, 'system_user system_admin');
    expect((await demote()).status).toBe(200);
  });

  it('has guests, who read and react only where they were brought in', async () => {
    const guest = await admin.createPerson({ guest: true });
    await admin.addToChannel(ops, guest);
    expect((await guest.me()).roles).toBe('system_guest');
    const member = await bot.rest.ask(
      z.object({ roles: z.string(), scheme_guest: z.boolean() }),
      'GET',
      `/channels/${ops.id}/members/${guest.id}`,
    );
    expect(member).toEqual({ roles: 'channel_guest', scheme_guest: true });
    const post = await bot.say(ops.id, 'vote');
    expect((await guest.react(post.id, 'white_check_mark')).user_id).toBe(guest.id);
    expect(
      (await guest.rest.request('POST', `/channels/${(await admin.createChannel(team)).id}/members`, { user_id: guest.id })).status,
    ).toBe(403);
  });

  it('has people of other servers, told by their remote_id', async () => {
    const remote = await admin.createPerson({ remoteId: 'otherserver' });
    const seen = await bot.rest.ask(z.object({ remote_id: z.string() }), 'GET', `/users/${remote.id}`);
    expect(seen.remote_id).toBe('otherserver');
  });

  it('has groups that can be looked up and mentioned', async () => {
    const group = await admin.createGroup('operators', alice, bot);
    const members = await bot.rest.ask(
      z.object({ members: z.array(z.object({ id: z.string() })), total_member_count: z.number() }),
      'GET',
      `/groups/${group.id}/members`,
    );
    expect(members.members.map((one) => one.id)).toEqual([alice.id, bot.id]);
    expect(await bot.rest.ask(z.array(z.object({ name: z.string() })), 'GET', `/users/${alice.id}/groups`)).toEqual([
      { name: 'operators' },
    ]);
    expect(await bot.rest.ask(z.array(z.object({ name: z.string() })), 'GET', '/groups?q=oper&filter_allow_reference=true')).toEqual([
      { name: 'operators' },
    ]);
    const ears = await bot.listen();
    const post = await admin.me.say(ops.id, 'help, @operators!');
    expect((await ears.waitFor((one) => one.post?.id === post.id)).data['mentions']).toBe(JSON.stringify([bot.id]));
  });

  it('words its refusals in French as a French server does', async () => {
    const french = await startMattermost({ locale: 'fr' });
    const { json } = await new Rest(french.url, french.adminToken).request('POST', '/actions/dialogs/open', {
      trigger_id: '!',
      url: 'http://127.0.0.1',
      dialog: { title: 't' },
    });
    expect(json).toMatchObject({
      message: "Impossible de décoder en base 64 l'identifiant du déclencheur utilisé par la boite de dialogue interactive.",
    });
    await french.stop();
  });
});
