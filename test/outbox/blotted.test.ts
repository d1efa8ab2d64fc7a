import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlot } from '#kernel/blot.ts';
import { blottedPager, blottedPublisher } from '#outbox/blotted.ts';
import type { PostBody } from '#ports/chat.ts';
import type { Page } from '#ports/pager.ts';

const SECRET = 'hunter2-hunter2';
const blot = createBlot([SECRET]);
/** Words with the secret somewhere in them, in one dress or another. */
const leaking = fc
  .tuple(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(SECRET, btoa(`me:${SECRET}`), Buffer.from(SECRET).toString('hex')),
    fc.string({ unit: 'binary' }),
  )
  .map(([before, secret, behind]) => `${before} ${secret} ${behind}`);
const FORMS = [SECRET, btoa(`me:${SECRET}`).slice(4, 20), Buffer.from(SECRET).toString('hex')];

function expectNone(out: unknown): void {
  const text = JSON.stringify(out);
  for (const form of FORMS) expect(text).not.toContain(form);
}

describe('what is posted', () => {
  it('holds no secret in any of its parts', async () => {
    const sent: PostBody[] = [];
    const take = async (body: PostBody) => {
      sent.push(body);
      return { postId: 'p', fingerprint: '' };
    };
    const publisher = blottedPublisher(
      {
        create: (_channel, _root, _key, body) => take(body),
        update: (_post, _key, body) => take(body),
        fingerprint: (_key, body) => JSON.stringify(body),
        find: async () => null,
        read: async () => null,
        react: async () => undefined,
        link: (postId) => postId,
        unreact: async () => undefined,
        direct: async () => '',
      },
      blot,
    );
    await fc.assert(
      fc.asyncProperty(leaking, async (text) => {
        const fields = [{ title: text, value: text, short: false }];
        const attachments = [{ color: '', title: text, text, fields, footer: text, buttons: [] }];
        const body = { message: text, attachments, file: { name: text, text }, picture: { name: text, bytes: new Uint8Array() } };
        await publisher.create('c', null, 'k', body);
        await publisher.update('p', 'k', body);
        expectNone(sent.splice(0));
        expectNone(publisher.fingerprint('k', body));
      }),
    );
  });
});

describe('what is paged', () => {
  it('holds no secret, nothing hidden, and a title of one line that no header ends in', async () => {
    const rung: Page[] = [];
    const pager = blottedPager(
      { name: 'phone', minSeverity: 'info', page: async (page) => void rung.push(page), close: async () => undefined },
      blot,
    );
    await fc.assert(
      fc.asyncProperty(leaking, async (text) => {
        const title = `Disk\r\nBcc: eve@example.org ${text}`;
        await pager.page({ key: 'k', severity: 'critical', person: null, link: null, title, text: `${title}\u202e\u001b[2J` });
        const [page] = rung.splice(0);
        expectNone(page);
        expect(page?.title).not.toMatch(/[\r\n\u2028\u2029]/u);
        expect(page?.text.replaceAll(/[\n\t]/gu, '')).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
