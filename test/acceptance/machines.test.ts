import { afterEach, describe, expect, it } from 'vitest';
import { powerOver, LabPower } from '#test/lab/machines/lab-power.ts';
import { LabHosts } from '#test/lab/machines/lab-hosts.ts';
import { rule } from '#test/domain/alert/builders.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';
import { Scene, textOf, type SceneOptions } from './scene.ts';

let scene: Scene;
let lab: LabPower;
let hosts: LabHosts;
afterEach(async () => {
  await scene.close();
  await lab.close();
});

/** The machines' clock runs as fast as the scene's. */
async function open(options: SceneOptions = {}): Promise<void> {
  lab = await LabPower.open(new WarpClock(30));
  hosts = new LabHosts(lab.machines);
  scene = await Scene.open({ ...options, systems: { power: lab.power, hosts, ...options.systems } });
}

/** What a person reads, with ordinary spaces. */
function wordsOf(post: SeenPost): string {
  return textOf(post).replaceAll(/[\u00a0\u202f]/gu, ' ');
}

async function ask(command: string, pattern: RegExp, who = 'alice'): Promise<SeenPost> {
  await scene.say(who, `@vigie ${command}`);
  return await scene.post(pattern);
}

async function agreed(command: string, end = /Done in/u): Promise<string> {
  const post = await ask(command, /Waiting for/u);
  await scene.who('bob').react(post.id, 'white_check_mark');
  return wordsOf(await scene.reads(post, end));
}

/** vigie has another password than the machines' controllers. */
async function openWrong(options: SceneOptions = {}): Promise<void> {
  const clock = new WarpClock(30);
  lab = await LabPower.open(clock);
  hosts = new LabHosts(lab.machines);
  const reached = lab.reached.map((reach) => ({ ...reach, password: 'P@ssw0rt' }));
  scene = await Scene.open({ ...options, systems: { power: powerOver(reached, clock), hosts } });
}

/** No guest runs on alice any more. */
function emptied(): void {
  for (const name of ['pica01', 'admin']) scene.hypervisor.known(name).startedAt = null;
}

describe('what is meant for a machine, and said as of something else', () => {
  it.each([
    ['reboot alice', 'power-cycle alice'],
    ['éteins bob', 'power-off bob'],
    ['start bob', 'power-on bob'],
    ['power-cycle pica01', 'reboot pica01'],
    ['power-off pad', 'scale pad 0'],
    ['machine pica01', 'status pica01'],
  ])('is offered: of %j %j', async (command, offer) => {
    await open();
    const asked = await scene.say('alice', `@vigie ${command}`);
    const reply = await scene.reply(asked, /🚫/u);
    expect(reply.message).toContain(`▶️ React with it and I run \`${offer}\` for you.`);
  });
});

describe('machines', () => {
  it('says how each is, since when, and who answers for it', async () => {
    await open();
    lab.bob.goOff();
    scene.hypervisor.setOnline('bob', false);
    const text = wordsOf(await ask('machines', /\*\*2 machines\*\*/u, 'zoe'));
    expect(text).toMatch(/🟢 `alice` \*\*on\*\*, seen so since .*\n {2}AMT 🟢 · SSH 🟢 · Proxmox 🟢/u);
    expect(text).toMatch(/⚫ `bob` \*\*off\*\*, seen so since .*\n {2}AMT 🟢 · SSH 🔴 · Proxmox 🔴/u);
  });

  it('says what nobody can tell while a controller or Proxmox is silent', async () => {
    await open();
    lab.alice.lab.drop = 100;
    scene.hypervisor.beUnreachable();
    const text = wordsOf(await ask('machines', /\*\*2 machines\*\*/u, 'zoe'));
    expect(text).toMatch(/❔ `alice`\n {2}AMT ❔ · SSH 🟢 · Proxmox ❔\n {2}The controller of `alice` does not answer/u);
  });

  it('speaks French', async () => {
    await open({ language: 'fr' });
    lab.bob.goOff();
    const text = wordsOf(await ask('machines', /\*\*2 machines\*\*/u, 'zoe'));
    expect(text).toContain('🟢 `alice` **allumée**, vue ainsi depuis');
    expect(text).toContain('⚫ `bob` **éteinte**, vue ainsi depuis');
  });

  it('says that none is configured', async () => {
    await open({ without: ['power'] });
    expect(wordsOf(await ask('machines', /No physical machine is configured/u))).toContain('set `machines` in `vigie.yaml`');
  });
});

describe('machine', () => {
  it('says what it is made of, and what its firmware noted', async () => {
    await open();
    lab.alice.note(4, 0, 16);
    const text = wordsOf(await ask('machine alice', /Board/u, 'zoe'));
    expect(text).toContain('Board `ASRock` `Q170M vPro`, serial `M80-alice`, BIOS `P7.40`');
    expect(text).toContain('2 VMs run there · `vms`');
    expect(text).toMatch(/Memory 32 GiB\n {2}- `BANK 0` 16 GiB DDR4, 2133 MHz `LAB16GX4M2A2133C13`/u);
    expect(text).toContain('- 3 disks: 2 TB, 2 TB, 480.1 GB');
    expect(text).toContain('- AMT `11.8.50`, build `3425`');
    expect(text).toMatch(/🔴 .* fan \(4\.111\.0\)/u);
  });

  it('warns of firmware that lets anybody in', async () => {
    await open();
    [lab.alice.version, lab.alice.build] = ['11.0.0', '1202'];
    expect(wordsOf(await ask('machine alice', /Board/u, 'zoe'))).toContain('**lets anybody in without a password** (CVE-2017-5689)');
  });

  it('is found by the nearest name', async () => {
    await open();
    expect(wordsOf(await ask('machine alise', /There is no machine/u))).toContain('Did you mean `alice`?');
  });

  it('asks with a refused password once, and again when somebody says so', async () => {
    await openWrong();
    const first = wordsOf(await ask('machine alice', /refused the password/u));
    expect(first).toContain('`machine alice --again` asks once more');
    await scene.say('alice', '@vigie machines');
    await scene.post(/\*\*2 machines\*\*/u);
    await ask('power-on alice', /Failed|🚫|refused the password[^]*refused the password/u);
    expect(lab.failures()).toBe(1);
    lab.alice.password = 'P@ssw0rt';
    await scene.say('alice', '@vigie machine alice --again');
    await scene.post(/Board `ASRock`/u);
    expect(lab.failures()).toBe(0);
  });
});

describe('a refused password', () => {
  it('is an alert of vigie’s own until the controller may be asked again', async () => {
    await openWrong({ rules: [rule({ name: 'disk', runEveryMs: 10_000 })] });
    await ask('machine alice', /refused the password/u);
    const alert = await scene.post(/\*\*vigie:machine\*\*[^]*The controller of `alice`/u);
    expect(wordsOf(alert)).toContain('vigie asks it nothing more');
    lab.alice.password = 'P@ssw0rt';
    await ask('machine alice --again', /Board `ASRock`/u);
    scene.clock.warp(60_000);
    await scene.reads(alert, /Over after/u);
  });
});

describe('power-on', () => {
  it('is done once somebody agrees, and over when the controller says so', async () => {
    await open();
    lab.alice.goOff();
    scene.hypervisor.setOnline('alice', false);
    const post = await ask('power-on alice', /Waiting for/u);
    expect(wordsOf(post)).toMatch(/\*\*Switches\*\* `alice` \*\*on\*\*\n- Now \*\*off\*\* by AMT · SSH silent · Proxmox says offline/u);
    await scene.who('alice').react(post.id, 'white_check_mark');
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain("`alice` is on, by AMT's own word");
    expect(lab.alice.changes).toEqual(['on']);
  });

  it('has nothing to do where it is on', async () => {
    await open();
    expect(wordsOf(await ask('power-on alice', /is on already/u))).toContain('Nothing to do');
    expect(lab.alice.changes).toEqual([]);
  });

  it('fails in words where the machine does not follow', async () => {
    await open();
    lab.alice.goOff();
    lab.alice.stuck = true;
    const post = await ask('power-on alice', /Waiting for/u);
    await scene.who('alice').react(post.id, 'white_check_mark');
    const text = wordsOf(await scene.reads(post, /Failed/u));
    expect(text).toContain('`alice` is off and not on after 1 min, though its controller took the order');
  });
});

describe('power-off', () => {
  it('is refused while guests run there, with what to do first', async () => {
    await open();
    const text = wordsOf(await ask('power-off alice', /run on `alice`/u));
    expect(text).toContain(
      '`pica01` and `admin` run on `alice`. `stop pica01` first, each of them, or `migrate` them; the same with `--hard` if they may be lost.',
    );
  });

  it('shuts down over SSH, and is over when the controller says so', async () => {
    await open();
    emptied();
    const post = await ask('power-off alice', /Waiting for/u);
    expect(wordsOf(post)).toContain('**Shuts** `alice` **down** over SSH, and waits up to 5 min until AMT says that it is off');
    expect(wordsOf(post)).toContain('⚠️ The Proxmox cluster **loses its quorum** meanwhile');
    await scene.who('bob').react(post.id, 'white_check_mark');
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain("`alice` is off, by AMT's own word. Back with `power-on alice`.");
    expect([hosts.orders, lab.alice.changes]).toEqual([['alice'], []]);
  });

  it('says how to go on where the machine took the order and stays on', async () => {
    await open();
    emptied();
    hosts.deaf.add('alice');
    const text = await agreed('power-off alice --timeout 1m', /Failed/u);
    expect(text).toContain('`alice` is on and not off after 1 min');
    expect(text).toContain('`power-off alice --hard` cuts its power');
    expect(lab.alice.changes).toEqual([]);
  });

  it('cuts the power where that was said, and says before what is lost', async () => {
    await open();
    scene.hypervisor.known('pica01').ha = 'follows';
    const post = await ask('power-off alice --hard', /Waiting for/u);
    const plan = wordsOf(post);
    expect(plan).toContain('**Cuts the power** of `alice` at once');
    expect(plan).toContain('It answers SSH: `power-off alice` without `--hard` lets it end by itself');
    // Two machines: one alone has no quorum, and HA starts nothing then.
    expect(plan).toMatch(/`pica01` runs there: it is off until the machine is back/u);
    expect(plan).toContain('`admin` runs there: it is off until the machine is back');
    await scene.who('bob').react(post.id, 'white_check_mark');
    await scene.reads(post, /Done in/u);
    expect([lab.alice.changes, hosts.orders]).toEqual([['off'], []]);
  });

  it('needs a second person', async () => {
    await open();
    const post = await ask('power-off alice --hard', /Waiting for/u);
    await scene.who('alice').react(post.id, 'white_check_mark');
    await scene.reply(post, /own|yours|yourself|somebody else/iu);
    expect(lab.alice.changes).toEqual([]);
  });

  it('is refused as a cut while Proxmox HA proves the machine off by itself', async () => {
    await open();
    scene.hypervisor.known('pica01').ha = 'follows';
    scene.hypervisor.setOnline('alice', false);
    const text = wordsOf(await ask('power-off alice --hard', /proving/u));
    expect(text).toContain('Proxmox HA is proving `alice` off by itself, and then starts `pica01` elsewhere');
  });

  it('is refused where nobody can tell what runs there', async () => {
    await open();
    scene.hypervisor.beUnreachable();
    expect(wordsOf(await ask('power-off alice', /Nobody can tell what runs/u))).toContain('The same with `--hard` if it may be lost');
  });

  it('is refused where no clean way is left', async () => {
    await open();
    emptied();
    hosts.hung.add('alice');
    expect(wordsOf(await ask('power-off alice', /can't be told to end/u))).toContain('`power-off alice --hard` cuts its power');
  });

  it('says the controller’s number where somebody looks at the console', async () => {
    await open();
    lab.alice.session = true;
    const text = await agreed('power-off alice --hard', /Failed/u);
    expect(text).toContain('refused to switch it off with `4097`');
    expect(text).toContain('somebody looks at the console');
  });

  it('is not sent twice where the answer was lost, and found to be done', async () => {
    await open();
    const post = await ask('power-off alice --hard', /Waiting for/u);
    lab.alice.lab.deafen = 1;
    await scene.who('bob').react(post.id, 'white_check_mark');
    await scene.reads(post, /Done in/u);
    expect(lab.alice.changes).toEqual(['off']);
  });

  it('is cancelled where the machine went off before', async () => {
    await open();
    const post = await ask('power-off alice --hard', /Waiting for/u);
    lab.alice.goOff();
    await scene.who('bob').react(post.id, 'white_check_mark');
    await scene.reads(post, /Out of date|Nothing to do/u);
    expect(lab.alice.changes).toEqual([]);
  });

  it('speaks French', async () => {
    await open({ language: 'fr' });
    const plan = wordsOf(await ask('mettre-hors-tension alice --forcer', /En attente/u));
    expect(plan).toContain('**Coupe le courant** d’`alice` tout de suite');
    expect(plan).toContain('`pica01` y tourne : elle est éteinte jusqu’au retour de la machine');
    expect(plan).toContain('Le cluster Proxmox **perd son quorum**');
  });
});

describe('power-cycle and reset', () => {
  it('begin anew, which the firmware’s log proves', async () => {
    await open();
    lab.alice.note(15, 2);
    emptied();
    const text = await agreed('power-cycle alice');
    expect(text).toContain('`alice` began anew, its firmware noted the boot');
    expect(lab.alice.changes).toEqual(['cycle']);
  });

  it('boot once from what was said', async () => {
    await open();
    emptied();
    const post = await ask('reset alice --boot pxe', /Waiting for/u);
    expect(wordsOf(post)).toContain('Boots **once** from the network (PXE)');
    await scene.who('bob').react(post.id, 'white_check_mark');
    await scene.reads(post, /Done in/u);
    expect([lab.alice.changes, lab.alice.boots]).toEqual([['reset'], ['pxe']]);
  });

  it('leave no order for the next boot behind where they are refused', async () => {
    await open();
    emptied();
    const post = await ask('power-cycle alice', /Waiting for/u);
    lab.alice.session = true;
    await scene.who('bob').react(post.id, 'white_check_mark');
    await scene.reads(post, /Failed/u);
    expect(lab.alice.role).toBe(32_768);
  });

  it('are refused for what is off', async () => {
    await open();
    lab.alice.goOff();
    expect(wordsOf(await ask('reset alice', /is off/u))).toContain('`power-on alice` switches it on');
  });

  it('are refused while guests run, unless they may be lost', async () => {
    await open();
    expect(wordsOf(await ask('reset alice', /run on/u))).toContain('the same with `--hard` if they may be lost');
    const text = await agreed('reset alice --hard');
    expect(text).toContain('began anew');
  });

  it('refuse to boot from what there is not', async () => {
    await open();
    await ask('reset alice --boot floppy', /`floppy`/u);
    expect(lab.alice.changes).toEqual([]);
  });
});
