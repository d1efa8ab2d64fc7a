import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { startSsh } from '#test/lab/ssh-server.ts';
import { makeCertificate } from '#test/lab/tls/certificates.ts';
import { SecureServer } from '#test/lab/tls/secure-server.ts';
import { Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

describe('setup with options alone', () => {
  it('makes the bot, its token, the channel and a configuration that vigie starts with', async () => {
    const { code, said } = await stage.yes();
    expect(said).toContain('✓ the bot account vigie made: an ordinary member');
    expect(code).toBe(0);
    const { config, warnings } = loadConfig(stage.path);
    expect(config.mattermost).toMatchObject({ url: stage.mattermost.url, operations_channel: 'picasoft/ops' });
    expect(config.mattermost.token).toBe(stage.read(stage.tokenFile).trim());
    expect(config.roles['operator']).toMatchObject({ users: ['alice', 'bob'] });
    expect(warnings).toEqual([]);
    expect(stage.read()).toMatch(/^# vigie's configuration: one file/u);
  });

  it('leaves secrets to their owner alone, and shows none', async () => {
    const { said } = await stage.yes();
    expect(stage.mode(stage.tokenFile)).toBe(0o600);
    expect(stage.mode(join(stage.folder, 'etc/credentials'))).toBe(0o700);
    expect(stage.mode(join(stage.folder, 'state'))).toBe(0o700);
    for (const secret of [stage.read(stage.tokenFile).trim(), stage.mattermost.adminToken]) {
      expect(said).not.toContain(secret);
      expect(stage.read()).not.toContain(secret);
    }
  });

  it('gives the bot no more than it needs, and puts it and its operators where they work', async () => {
    await stage.yes();
    const { rest } = stage.admin.me;
    const bot = (await rest.request('GET', '/users/username/vigie')).json as { id: string };
    const team = (await rest.request('GET', '/teams/name/picasoft')).json as { id: string };
    expect(bot).toMatchObject({ is_bot: true, roles: 'system_user' });
    expect((await rest.request('GET', `/teams/${team.id}/members/${bot.id}`)).json).toMatchObject({ scheme_admin: false });
    // A person outside of a private channel doesn't see it.
    const channel = await stage.bob.rest.request('GET', '/teams/name/picasoft/channels/name/ops');
    expect(channel.json).toMatchObject({ type: 'P' });
  });

  it('changes nothing when it is run again, and says what it left alone', async () => {
    await stage.yes();
    const before = [stage.read(), stage.read(stage.tokenFile)];
    const requests = stage.mattermost.requests.length;
    const { code, said } = await stage.yes({});
    expect(code).toBe(0);
    expect([stage.read(), stage.read(stage.tokenFile)]).toEqual(before);
    expect(said.split('\n').filter((line) => line.startsWith('✓'))).toEqual([expect.stringContaining('is in order. Next')]);
    expect(said).toContain(`= ${stage.tokenFile} is vigie's token, and works`);
    expect(said).toContain('= vigie is in picasoft/ops');
    const written = stage.mattermost.requests
      .slice(requests)
      .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/usernames'));
    expect(written).toEqual([]);
  });

  it('does again what went missing, and only that', async () => {
    await stage.yes();
    const { rest } = stage.admin.me;
    const bot = (await rest.request('GET', '/users/username/vigie')).json as { id: string };
    const team = (await rest.request('GET', '/teams/name/picasoft')).json as { id: string };
    await rest.request('DELETE', `/teams/${team.id}/members/${bot.id}`);
    const { said } = await stage.yes({});
    expect(said).toContain('✓ vigie added to picasoft/ops');
    expect(said).toContain(`= ${stage.tokenFile}`);
  });

  it('keeps a token that Mattermost refuses, and makes another', async () => {
    await stage.yes();
    const old = stage.read(stage.tokenFile);
    stage.mattermost.revoke(old.trim());
    const { code, said } = await stage.yes({});
    expect([code, stage.read(`${stage.tokenFile}.refused`)]).toEqual([0, old]);
    expect(stage.read(stage.tokenFile)).not.toBe(old);
    expect(stage.mode(stage.tokenFile)).toBe(0o600);
    expect(said).toContain('= the bot account vigie is there');
  });

  it('leaves what a person wrote into the file as it is', async () => {
    await stage.yes();
    appendFileSync(stage.path, '# mine\nlog_level: warn\n');
    const mine = stage.read();
    await stage.yes({});
    expect(stage.read()).toBe(mine);
  });

  it('changes nothing where the file is not in order', async () => {
    await stage.yes();
    writeFileSync(stage.path, stage.read().replace('may: [read, safe', 'may: [raed, safe'));
    const mine = stage.read();
    await expect(stage.yes({})).rejects.toThrow('roles.operator.may');
    expect(stage.read()).toBe(mine);
  });

  it('makes the slash commands where Mattermost reaches vigie', async () => {
    const { code, said } = await stage.yes({ ...stage.enough, url: 'https://vigie.example.org/' });
    expect(code).toBe(0);
    expect(said).toContain('✓ /ops created');
    expect(said).toContain(`9 tokens in ${join(stage.folder, 'state/slash-tokens')}`);
    expect(stage.mode(join(stage.folder, 'state/slash-tokens'))).toBe(0o600);
    expect((await stage.yes({})).said).toContain('= /ops up to date');
  });

  it('writes a unit for this very place', async () => {
    await stage.yes();
    const unit = stage.read(join(stage.folder, 'etc/vigie.service'));
    expect(unit).toContain(`bin/vigie run --config ${stage.path}\n`);
    expect(unit).toContain(`\nReadWritePaths=${join(stage.folder, 'state')}\n`);
    expect(unit).not.toContain('LoadCredential');
    expect(unit).toContain('\nNoNewPrivileges=yes\n');
  });

  it('takes the token from a file', async () => {
    const file = join(stage.folder, 'admin');
    writeFileSync(file, `${stage.mattermost.adminToken}\n`, { mode: 0o644 });
    const { code, said } = await stage.yes({ ...stage.enough, tokenFile: file }, '');
    expect(code).toBe(0);
    expect(said).toContain(`! ${file} can be read by others than its owner`);
  });

  it('says which option is missing', async () => {
    expect(await stage.yes({}, stage.mattermost.adminToken)).toEqual({
      code: 1,
      said: expect.stringMatching(/^✗ What is Mattermost's address\? Say it with --mattermost$/mu),
    });
    expect((await stage.yes({ mattermost: stage.mattermost.url }, '')).said).toContain('Say it with --token-file');
    expect(existsSync(stage.path)).toBe(false);
  });

  it.each([
    [{ team: 'nobody' }, '--team: there is no team "nobody" (its name as the address shows it). There are: picasoft'],
    [{ operators: 'alice,carol' }, '--operators: Mattermost knows no person carol'],
    [{ channel: 'Ops room' }, '--channel: "Ops room" is no name of a channel'],
    [{ bot: 'alice' }, '--bot: alice is the account of a person: choose another name'],
    [{ language: 'de' }, '--language: "de": vigie speaks fr and en'],
    [{ docker: 'unix:///nowhere.sock' }, '--docker: unix:///nowhere.sock: '],
    [{ docker: 'tcp://manager:2376' }, 'write unix:///var/run/docker.sock or ssh://user@host'],
    [{ elasticsearch: 'http://127.0.0.1:1' }, "--elasticsearch: http://127.0.0.1:1 doesn't answer"],
    [{ account: 'nobody-like-this' }, '--account nobody-like-this: '],
  ])('refuses %j in words', async (wrong, words) => {
    const { code, said } = await stage.yes({ ...stage.enough, ...wrong });
    expect([code, existsSync(stage.path)]).toEqual([1, false]);
    expect(said).toContain(words);
  });

  it('says what Mattermost does not do with an address of its own network', async () => {
    const { said } = await stage.yes({ ...stage.enough, url: 'http://192.168.1.4:8080' });
    expect(said).toContain('Allow untrusted internal connections to');
    expect(said).toContain('! over http:// whoever sits in between can read the slash tokens');
  });

  it('says where bots are switched on', async () => {
    stage.mattermost.faults.botsAllowed = false;
    const { code, said } = await stage.yes();
    expect(code).toBe(1);
    expect(said).toContain('Enable Bot Account Creation, then run this again');
  });

  it('takes no token of a person for the bot’s', async () => {
    await stage.yes();
    writeFileSync(stage.tokenFile, stage.alice.token);
    expect((await stage.yes({})).said).toContain('is a token of alice, who is a person and no bot');
  });
});

describe('a machine behind SSH', () => {
  it('is taken with a host key that was compared, and gets its own key', async () => {
    const ssh = await startSsh((channel) => {
      channel.exit(0);
      channel.end();
    });
    const address = `lab@127.0.0.1:${ssh.options.port}`;
    const machine = [`pica01=${address}`];
    try {
      const refused = await stage.yes({ ...stage.enough, machine });
      expect(refused.code).toBe(1);
      expect(refused.said).toContain(`run this again with --host-key 127.0.0.1=${ssh.options.hostKey}`);
      const wrong = await stage.yes({ ...stage.enough, machine, hostKey: [`127.0.0.1=SHA256:${'A'.repeat(43)}`] });
      expect(wrong.said).toContain('another machine answers there, or its key was changed');
      const { code, said } = await stage.yes({ ...stage.enough, machine, hostKey: [`127.0.0.1=${ssh.options.hostKey}`] });
      expect([code, said]).toEqual([0, expect.stringContaining(`✓ ${address} lets vigie in`)]);
    } finally {
      await ssh.stop();
    }
    const { hosts } = loadConfig(stage.path).config;
    expect(hosts['pica01']?.ssh).toMatchObject({ host: address, host_key: ssh.options.hostKey });
    expect(stage.mode(join(stage.folder, 'etc/credentials/ssh_key'))).toBe(0o600);
  });

  it('is added to a file that lacks it, shown before', async () => {
    await stage.yes();
    const mine = stage.read();
    const ssh = await startSsh((channel) => {
      channel.exit(0);
      channel.end();
    });
    try {
      const machine = [`pica01=lab@127.0.0.1:${ssh.options.port}`];
      const { said } = await stage.yes({ machine, hostKey: [`127.0.0.1=${ssh.options.hostKey}`] });
      expect(said).toContain('gets these lines at its end:\n  + # Machines');
      expect(stage.read().startsWith(mine)).toBe(true);
      expect(Object.keys(loadConfig(stage.path).config.hosts)).toEqual(['pica01']);
      const again = await stage.yes({ machine, hostKey: [`127.0.0.1=${ssh.options.hostKey}`] });
      expect(again.said).toContain('= hosts stands in');
    } finally {
      await ssh.stop();
    }
  });
});

describe('a Proxmox that shows a certificate', () => {
  let proxmox: SecureServer;
  beforeEach(async () => {
    proxmox = await SecureServer.start(makeCertificate({ names: ['alice.picasoft.net'] }));
  });
  afterEach(() => proxmox.stop());
  const found = () => ({ ...stage.enough, proxmox: `https://127.0.0.1:${proxmox.port}` });

  it('stands as a comment until its token is there', async () => {
    const { code, said } = await stage.yes(found());
    const fingerprint = /\b(?:[0-9A-F]{2}:){31}[0-9A-F]{2}\b/u.exec(said)?.[0] ?? '';
    expect(code).toBe(0);
    expect(loadConfig(stage.path).config.proxmox).toBeUndefined();
    expect(stage.read()).toContain(`#       fingerprint: "${fingerprint}"`);
    expect(stage.read()).toContain('#     alice:');
  });

  it('is configured with the token of its file', async () => {
    mkdirSync(join(stage.folder, 'etc/credentials'), { recursive: true });
    writeFileSync(join(stage.folder, 'etc/credentials/proxmox_token'), 'vigie@pve!ops=12345678-1234', { mode: 0o600 });
    expect((await stage.yes(found())).code).toBe(0);
    expect(loadConfig(stage.path).config.proxmox).toMatchObject({
      token: 'vigie@pve!ops=12345678-1234',
      hosts: { alice: { url: `https://127.0.0.1:${proxmox.port}` } },
    });
  });
});

describe('setup at a terminal', () => {
  it('takes an API token of Proxmox, and shows it nowhere', async () => {
    const proxmox = await SecureServer.start(makeCertificate({ names: ['alice.picasoft.net'] }));
    const token = 'vigie@pve!ops=0a1b2c3d-4e5f';
    const given = { ...stage.enough, channel: 'ops', also: '', bot: 'vigie', url: '', proxmox: `https://127.0.0.1:${proxmox.port}` };
    const script = [
      ["What is an administrator's access token?", stage.mattermost.adminToken],
      ['A machine', ''],
      ["vigie's API token there", 'secret'],
      ["vigie's API token there", token],
    ] as const;
    const { left, code, said } = await stage.asked(script, given);
    await proxmox.stop();
    expect([left, code]).toEqual([[], 0]);
    expect(said).toContain('✗ that is no API token of Proxmox');
    expect(said).not.toContain(token);
    expect(stage.mode(join(stage.folder, 'etc/credentials/proxmox_token'))).toBe(0o600);
    expect(loadConfig(stage.path).config.proxmox?.token).toBe(token);
  });

  it('asks for everything, explains it, and asks again after a wrong answer', async () => {
    const { mattermost } = stage;
    const played = await stage.asked(
      [
        ["What is Mattermost's address?", 'http://team.example.org'],
        ["What is Mattermost's address?", `${mattermost.url}/picasoft/channels/ops`],
        ["What is an administrator's access token?", 'no token'],
        ["What is an administrator's access token?", 'x'.repeat(26)],
        ["What is an administrator's access token?", stage.alice.token],
        ["What is an administrator's access token?", mattermost.adminToken],
        ['In which channel', ''],
        ['What is the bot called?', ''],
        ['In which other channels', 'nowhere'],
        ['In which other channels', 'town-square'],
        ['Who operates?', 'alice, nobody'],
        ['Who operates?', '@alice, @bob'],
        ['Which language', 'en'],
        ['How does Mattermost reach vigie', ''],
        ['Docker of a Swarm manager', 'none'],
        ['Elasticsearch', 'none'],
        ['A machine', ''],
        ['Proxmox', 'none'],
      ],
      { state: join(stage.folder, 'state') },
    );
    expect(played.left).toEqual([]);
    expect(played.code).toBe(0);
    const { said } = played;
    expect(said).toContain('✗ http:// shows the tokens to everybody on the way: write https://team.example.org');
    expect(said).toContain('✗ that is no access token');
    expect(said).toContain('✗ Mattermost refuses this token');
    expect(said).toContain('✗ alice is no system administrator');
    expect(said).toContain('✗ there is no channel "nowhere": make it first, or leave it out');
    expect(said).toContain('= vigie is in picasoft/town-square');
    expect(said).toContain('✗ Mattermost knows no person nobody');
    expect(loadConfig(stage.path).config.mattermost.url).toBe(mattermost.url);
    expect(said).not.toContain(mattermost.adminToken);
  });

  it('lets a person refuse a host key, and what would be added', async () => {
    await stage.yes();
    const mine = readFileSync(stage.path, 'utf8');
    const ssh = await startSsh((channel) => {
      channel.exit(0);
      channel.end();
    });
    const address = `lab@127.0.0.1:${ssh.options.port}`;
    try {
      const { left, said } = await stage.asked([
        ["What is an administrator's access token?", stage.mattermost.adminToken],
        ['Docker', 'none'],
        ['Elasticsearch', 'none'],
        ['A machine', `pica01=${address}`],
        ['Is it the same?', false],
        ['A machine', `pica01=${address}`],
        ['Is it the same?', true],
        ['Another machine', ''],
        ['Proxmox', 'none'],
        ['Add them?', false],
      ]);
      expect(left).toEqual([]);
      expect(said).toContain("✗ 127.0.0.1 is left out as long as its host key isn't confirmed");
    } finally {
      await ssh.stop();
    }
    expect(readFileSync(stage.path, 'utf8')).toBe(mine);
  });
});

describe('a configuration that was written by hand', () => {
  it('whose secrets systemd hands over is left alone until vigie runs', async () => {
    await stage.yes();
    writeFileSync(stage.path, stage.read().replace(stage.tokenFile, '/run/credentials/vigie-that-is-none.service/mattermost_token'));
    const { code, said } = await stage.yes({});
    expect([code, said]).toEqual([1, expect.stringContaining("is there only while vigie's unit runs")]);
  });
});
