import { expect, it } from 'vitest';
import { z } from 'zod';
import { errorId } from '#test/lab/mattermost/rest.ts';
import type { Scene } from './mattermost-scene.ts';

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const Sent = z.object({
  file_infos: z.array(z.looseObject({ id: z.string(), name: z.string(), mime_type: z.string(), size: z.number() })),
  client_ids: z.array(z.string()).nullable(),
});

/** Charts and long logs. */
export function fileCases(here: () => Scene): void {
  it('takes several files in a form, and their client ids', async () => {
    const { bot, ops } = here();
    const form = new FormData();
    form.set('channel_id', ops.id);
    form.append('client_ids', 'c1');
    form.append('client_ids', 'c2');
    form.append('files', new File(['ligne1\nligne2 é\n'], 'journal.txt'));
    form.append('files', new File([PNG], 'img.png'));
    const { status, json } = await bot.rest.request('POST', '/files', form);
    const sent = Sent.parse(json);
    expect(status).toBe(201);
    expect(sent.client_ids).toEqual(['c1', 'c2']);
    expect(sent.file_infos).toMatchObject([
      { name: 'journal.txt', size: 17, mime_type: 'text/plain; charset=utf-8', extension: 'txt' },
      { name: 'img.png', mime_type: 'image/png', width: 1, height: 1 },
    ]);
  });

  it('refuses a form in which a client id stands behind a file', async () => {
    const { bot, ops } = here();
    const form = new FormData();
    form.set('channel_id', ops.id);
    form.append('client_ids', 'c1');
    form.append('files', new File(['a'], 'a.txt'));
    form.append('client_ids', 'c2');
    form.append('files', new File(['b'], 'b.txt'));
    const answer = await bot.rest.request('POST', '/files', form);
    expect([answer.status, errorId(answer)]).toEqual([400, 'api.context.invalid_body_param.app_error']);
  });

  it('takes one file as the bare body', async () => {
    const { bot, ops } = here();
    const { status, json } = await bot.rest.request('POST', `/files?channel_id=${ops.id}&filename=service.log`, Buffer.from('log'));
    expect(status).toBe(201);
    expect(Sent.parse(json).file_infos[0]?.mime_type).toBe('text/x-log; charset=utf-8');
  });

  it('shows in the post the files that it names', async () => {
    const { bot, ops } = here();
    const ids = [await bot.upload(ops.id, 'a.txt', Buffer.from('a')), await bot.upload(ops.id, 'b.png', PNG)];
    const post = await bot.say(ops.id, 'files', { fileIds: ids });
    expect(post.file_ids?.toSorted()).toEqual(ids.toSorted());
    const files = z.array(z.object({ id: z.string(), post_id: z.string() })).parse(post.metadata['files']);
    expect(files.map((file) => file.post_id)).toEqual([post.id, post.id]);
  });

  it('drops without a word a file that another post already has', async () => {
    const { bot, ops } = here();
    const id = await bot.upload(ops.id, 'once.txt', Buffer.from('once'));
    await bot.say(ops.id, 'first', { fileIds: [id] });
    const { status, json } = await bot.rest.request('POST', '/posts', { channel_id: ops.id, message: 'second', file_ids: [id] });
    expect(status).toBe(201);
    expect(json).toMatchObject({ file_ids: null });
  });

  it('takes in one channel a file that was sent for another', async () => {
    const { bot, alice, ops } = here();
    const direct = await bot.dm(alice.id);
    const id = await bot.upload(ops.id, 'moved.txt', Buffer.from('moved'));
    expect((await bot.say(direct.id, 'here', { fileIds: [id] })).file_ids).toEqual([id]);
  });

  it('gives the bytes back, as an attachment for text', async () => {
    const { bot, ops } = here();
    const id = await bot.upload(ops.id, 'journal.txt', Buffer.from('ligne é\n'));
    const { text, headers } = await bot.rest.request('GET', `/files/${id}`);
    expect([text, headers.get('content-type'), headers.get('content-disposition')]).toEqual([
      'ligne é\n',
      'text/plain; charset=utf-8',
      'attachment;filename="journal.txt"; filename*=UTF-8\'\'journal.txt',
    ]);
  });

  it('refuses a file for a channel that one isn’t in', async () => {
    const { bot, hidden } = here();
    expect((await bot.rest.request('POST', `/files?channel_id=${hidden.id}&filename=x.txt`, Buffer.from('x'))).status).toBe(403);
  });
}
