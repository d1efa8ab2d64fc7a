import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookAtSystems } from '#app/app/doctor.ts';
import { HttpSink } from '#test/lab/pager/http-sink.ts';
import { SmtpSink } from '#test/lab/pager/smtp-sink.ts';
import { examination } from './examine.ts';

let http: HttpSink;
let smtp: SmtpSink;
beforeEach(async () => {
  [http, smtp] = [await HttpSink.start(), await SmtpSink.start()];
});
afterEach(async () => {
  await Promise.all([http.stop(), smtp.stop()]);
});

const TEST = { title: 'Test from vigie', text: 'This is a test: nothing is wrong.' };

const configured = () =>
  examination(`pagers:
  phone: { type: ntfy, url: "${http.url}", topic: ops }
  mail: { type: email, host: 127.0.0.1, port: ${smtp.port}, security: none, from: v@example.org, to: [a@example.org, b@example.org] }
heartbeat: { url: "${http.url}/beat" }`);
const PAGING = /^(?:heartbeat|pager|log)/u;
const look = async (send: boolean) =>
  (await lookAtSystems({ ...configured(), page: send ? TEST : null })).filter(({ what }) => PAGING.test(what));

describe('doctor, of pagers', () => {
  it('sends a test through each, and says in it that it is one', async () => {
    expect((await look(true)).every(({ ok }) => ok)).toBe(true);
    expect(http.received).toHaveLength(1);
    expect(http.received[0]?.body).toContain(TEST.text);
    expect(smtp.mails[0]?.text).toMatch(/^Subject: \[info\] Test from vigie$/mu);
  });

  it('never calls the heartbeat: somebody would believe that vigie runs', async () => {
    await look(true);
    expect(http.received.map(({ path }) => path)).toEqual(['/']);
  });

  it('names the pager that refuses, and still tries the others', async () => {
    http.behaviour = { status: 401 };
    const findings = await look(true);
    expect(findings.filter(({ ok }) => !ok)).toEqual([{ what: 'pager phone', ok: false, detail: 'pager_refused' }]);
    expect(smtp.mails).toHaveLength(1);
  });

  it('names a recipient that the mail server refuses', async () => {
    smtp.refused.add('b@example.org');
    const bad = (await look(true)).filter(({ ok }) => !ok);
    expect(bad).toHaveLength(1);
    expect(bad[0]?.detail).toContain('b@example.org');
  });

  it('rings nobody with --no-page', async () => {
    expect((await look(false)).map(({ what }) => what)).toEqual(['heartbeat', 'pager phone', 'pager mail']);
    expect([http.received, smtp.mails]).toEqual([[], []]);
  });
});
