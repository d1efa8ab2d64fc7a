import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { itemsIn, listIn, numberIn, readEnvelope, textIn } from '#adapters/power/amt/answer.ts';
import { authorization, readChallenge } from '#adapters/power/amt/digest.ts';
import { isOpen } from '#adapters/power/amt/inventory.ts';
import { escaped, loadMessages } from '#adapters/power/amt/messages.ts';
import { powerOver } from '#test/lab/machines/lab-power.ts';

const soap = (body: string): string =>
  `<?xml version="1.0"?><x:Envelope xmlns:x="http://www.w3.org/2003/05/soap-envelope"><x:Body>${body}</x:Body></x:Envelope>`;

describe('an envelope', () => {
  it('is read whatever its prefixes are', async () => {
    const read = await readEnvelope(soap('<q:CIM_Card xmlns:q="u"><q:Model> Q170M </q:Model><q:Count>007</q:Count></q:CIM_Card>'));
    expect(read).toMatchObject({ fault: null, name: 'CIM_Card' });
    if (read?.fault !== null) throw new Error('it is no fault');
    expect([
      textIn(read.content, 'Model'),
      numberIn(read.content, 'Count'),
      textIn(read.content, 'None'),
      numberIn(read.content, 'Model'),
    ]).toEqual(['Q170M', 7, '', null]);
  });

  it('takes one element for a list of one', async () => {
    const read = await readEnvelope(soap('<a><b>1</b></a>'));
    if (read?.fault !== null) throw new Error('it is no fault');
    expect([listIn(read.content, 'b'), listIn(read.content, 'c')]).toEqual([['1'], []]);
  });

  it('takes items of whatever class', async () => {
    const read = await readEnvelope(soap('<PullResponse><Items><S><V>1</V></S><S><V>2</V></S></Items></PullResponse>'));
    if (read?.fault !== null) throw new Error('it is no fault');
    expect(itemsIn(read.content).map((each) => textIn(each, 'V'))).toEqual(['1', '2']);
    expect(itemsIn({ Items: '' })).toEqual([]);
  });

  it('tells a fault by its code', async () => {
    const fault =
      '<f:Fault><f:Code><f:Value>a:Sender</f:Value><f:Subcode><f:Value>e:InvalidSelectors</f:Value></f:Subcode></f:Code><f:Reason><f:Text xml:lang="en">no such</f:Text></f:Reason></f:Fault>';
    expect(await readEnvelope(soap(fault))).toEqual({ fault: 'InvalidSelectors', reason: 'no such' });
  });

  it.each([
    ['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${soap('<a>&b;</a>')}`],
    ['a page', '<html><body>Hello</body></html>'],
    ['nothing', ''],
    ['an empty body', soap('')],
    ['what is cut off', soap('<a>').slice(0, 60)],
    ['no XML', 'HTTP/1.1 200 OK'],
  ])('is not found in %s', async (_what, text) => {
    expect(await readEnvelope(text)).toBeNull();
  });
});

describe('digest', () => {
  it('answers as RFC 2617 has it, with a count that grows', () => {
    const challenge = readChallenge('Digest realm="Digest:4C1C8F5E000000000000000000000000", nonce="abc==",stale="false",qop="auth"');
    if (challenge === null) throw new Error('it is a challenge');
    expect(challenge).toMatchObject({ realm: 'Digest:4C1C8F5E000000000000000000000000', nonce: 'abc==' });
    const account = { user: 'admin', password: 'P@ssw0rd' };
    expect(authorization(account, challenge)).toMatch(
      /^Digest username="admin",realm="Digest:4C1C[^"]+",nonce="abc==",uri="\/wsman",response="[0-9a-f]{32}",qop=auth,nc=00000001,cnonce="[0-9a-f]{16}"$/u,
    );
    expect(authorization(account, challenge)).toContain('nc=00000002');
  });

  it.each([[undefined], ['Basic realm="x"'], ['Digest realm="x"'], ['Digest nonce=""']])('finds none in %s', (header) => {
    expect(readChallenge(header)).toBeNull();
  });
});

describe('messages', () => {
  it('hold no sign that would end them', async () => {
    expect(escaped(`P&ss<1>"'`)).toBe('P&amp;ss&lt;1&gt;&quot;&apos;');
    const messages = await loadMessages();
    expect(messages.pull('memory', '</a><b>')).toContain('&lt;/a&gt;&lt;b&gt;');
    expect(messages.putBootSettings({ ElementName: 'A & B' })).toContain('<h:ElementName>A &amp; B</h:ElementName>');
  });

  it('leave what they are given as it is', async () => {
    const settings = { BIOSSetup: 'true' };
    (await loadMessages()).putBootSettings(settings);
    expect(settings).toEqual({ BIOSSetup: 'true' });
  });
});

describe('firmware', () => {
  it.each([
    ['11.8.50', '3425', false],
    ['11.0.0', '1202', true],
    ['11.6.12', '3202', false],
    ['9.5.10', '1628', true],
    ['9.5.61', '3012', false],
    ['5.2.1', '1000', false],
    ['12.0.45', '1509', false],
    ['8.1.0', '', true],
    ['', '', false],
  ])('%s, build %s, lets anybody in: %s', (version, build, open) => {
    expect(isOpen(version, build)).toBe(open);
  });
});

describe('something that is not AMT', () => {
  let server: Server | null = null;
  afterEach(() => server?.close());

  const stateFrom = async (status: number, headers: Record<string, string>, body: string): Promise<unknown> => {
    server = createServer((request, response) => {
      request.resume();
      response.writeHead(status, headers).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    return await powerOver([{ machine: 'alice', web: port, password: 'P@ssw0rd' }], systemClock).state('alice');
  };

  const xml = { 'content-type': 'text/xml' };
  it.each<{ readonly what: string; readonly says: Parameters<typeof stateFrom>; readonly reason: string }>([
    { what: 'a page', says: [200, { 'content-type': 'text/html' }, '<html></html>'], reason: 'HTTP 200, and not what AMT answers' },
    { what: 'XML of another kind', says: [200, xml, '<a/>'], reason: 'HTTP 200, and not what AMT answers' },
    { what: 'a missing page', says: [404, {}, ''], reason: 'HTTP 404, and not what AMT answers' },
    {
      what: 'another way to log in',
      says: [401, { 'www-authenticate': 'Basic realm="x"' }, ''],
      reason: 'HTTP 401 without a challenge of the form Digest',
    },
    { what: 'an endless answer', says: [200, xml, 'x'.repeat(1_100_000)], reason: 'more than 1048576 bytes' },
  ])('is told by what it says: $what', async ({ says, reason }) => {
    await expect(stateFrom(...says)).rejects.toMatchObject({ code: 'machine_unreachable', params: { reason } });
  });

  it('that says yes without a return value did nothing', async () => {
    const envelope = soap('<RequestPowerStateChange_OUTPUT><Other>0</Other></RequestPowerStateChange_OUTPUT>');
    server = createServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/soap+xml' }).end(envelope);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const power = powerOver([{ machine: 'alice', web: port, password: 'P@ssw0rd' }], systemClock);
    await expect(power.change('alice', 'off')).rejects.toMatchObject({ code: 'machine_refused', params: { doing: 'off', value: 'none' } });
  });
});
