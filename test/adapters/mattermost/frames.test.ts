import { describe, expect, it } from 'vitest';
import { readFrame } from '#adapters/mattermost/events.ts';
import { fingerprint } from '#adapters/mattermost/post.ts';

const POST = {
  id: 'p1',
  channel_id: 'c1',
  user_id: 'u1',
  root_id: '',
  message: '@vigie help',
  type: '',
  create_at: 5,
  delete_at: 0,
  props: {},
};
const REACTION = { user_id: 'u1', post_id: 'p1', emoji_name: 'x', create_at: 5 };

function posted(post: unknown, data: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    event: 'posted',
    data: { post: typeof post === 'string' ? post : JSON.stringify(post), ...data },
    broadcast: { channel_id: 'c1' },
    seq: 3,
  };
}
function reacted(reaction: unknown, event = 'reaction_added'): unknown {
  return { event, data: { reaction: typeof reaction === 'string' ? reaction : JSON.stringify(reaction) } };
}
function without(whole: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name));
}

describe('a frame of the websocket', () => {
  it('tells of a post', () => {
    expect(readFrame(posted({ ...POST, root_id: 'r1' }, { channel_type: 'D' }))).toEqual({
      kind: 'post',
      post: {
        id: 'p1',
        channel: 'c1',
        root: 'r1',
        user: 'u1',
        text: '@vigie help',
        at: 5,
        direct: true,
        edited: false,
        integration: false,
        key: null,
        system: false,
      },
    });
  });

  it.each(['reaction_added', 'reaction_removed'])('tells of a %s', (event) => {
    expect(readFrame(reacted(REACTION, event))).toEqual({
      kind: 'reaction',
      reaction: { post: 'p1', user: 'u1', emoji: 'x', added: event === 'reaction_added', at: 5 },
    });
  });

  it('tells how a post reads that was edited, and of one that was deleted by the id alone', () => {
    const told = (event: string, post: object) => readFrame({ event, data: { post: JSON.stringify(post) } });
    const reads = fingerprint({ message: POST.message, props: {} });
    expect(told('post_edited', POST)).toMatchObject({ kind: 'edited', post: 'p1', fingerprint: reads });
    expect(told('post_edited', { ...POST, message: 'other' })).not.toMatchObject({ fingerprint: reads });
    expect(told('post_edited', { id: 'p1', message: 5 })).toMatchObject({ kind: 'edited', post: 'p1', fingerprint: null });
    expect(told('post_deleted', { id: 'p1' })).toMatchObject({ kind: 'edited', post: 'p1', fingerprint: null });
  });

  it.each<[what: string, frame: unknown]>([
    ['hello', { event: 'hello', data: { server_version: '11.6.0', connection_id: 'x' }, seq: 0 }],
    ['typing', { event: 'typing', data: { user_id: 'u1' } }],
    ['an event of tomorrow', { event: 'holo_call_started', data: { post: '{"broken' } }],
    ['an event without data', { event: 'status_change' }],
    ['an empty event', { event: '', data: {} }],
  ])('says nothing with %s', (_what, frame) => {
    expect(readFrame(frame)).toBeNull();
  });

  it.each<[what: string, frame: unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['text', 'posted'],
    ['an array', [posted(POST)]],
    ['an empty object', {}],
    ['no event', { data: { post: JSON.stringify(POST) } }],
    ['a number for an event', { event: 7, data: {} }],
    ['data that is null', { event: 'posted', data: null }],
    ['data that is an array', { event: 'posted', data: [] }],
    ['data that is text', { event: 'posted', data: JSON.stringify(POST) }],
    ['no post', { event: 'posted', data: {} }],
    ['a post that is not JSON', posted('{"id":')],
    ['a post that is empty text', posted('')],
    ['a post that is null', posted('null')],
    ['a post that is an array', posted([POST])],
    ['a post without id', posted(without(POST, 'id'))],
    ['a post with an empty id', posted({ ...POST, id: '' })],
    ['a post without author', posted(without(POST, 'user_id'))],
    ['a post with an empty author', posted({ ...POST, user_id: '' })],
    ['a post without channel', posted(without(POST, 'channel_id'))],
    ['a post without time', posted(without(POST, 'create_at'))],
    ['a post whose time is text', posted({ ...POST, create_at: 'now' })],
    ['a post whose message is a number', posted({ ...POST, message: 7 })],
    ['a post whose props are text', posted({ ...POST, props: 'from_webhook' })],
    ['a reaction without post', reacted(without(REACTION, 'post_id'))],
    ['a reaction without user', reacted(without(REACTION, 'user_id'))],
    ['a reaction by nobody', reacted({ ...REACTION, user_id: '' })],
    ['a reaction without emoji', reacted(without(REACTION, 'emoji_name'))],
    ['a reaction that is not JSON', reacted('x')],
    ['no reaction', { event: 'reaction_removed', data: {} }],
    ['an edit of nothing', { event: 'post_edited', data: {} }],
    ['a deletion that is not JSON', { event: 'post_deleted', data: { post: 'gone' } }],
  ])('is malformed with %s, and ends nothing', (_what, frame) => {
    expect(readFrame(frame)).toBe('malformed');
  });

  it.each(['from_webhook', 'from_bot', 'from_plugin', 'from_oauth_app', 'override_username', 'webhook_display_name'])(
    "marks a post with the property %s as not a person's own, whatever its value",
    (name) => {
      for (const value of ['true', 'false', '', null, true, 0])
        expect(readFrame(posted({ ...POST, props: { [name]: value } }))).toMatchObject({ post: { integration: true } });
    },
  );

  it('takes props that are null for none', () => {
    expect(readFrame(posted({ ...POST, props: null }))).toMatchObject({ post: { integration: false } });
  });

  it('marks what the server itself says', () => {
    expect(readFrame(posted({ ...POST, type: 'system_join_channel' }))).toMatchObject({ post: { system: true } });
  });
});
