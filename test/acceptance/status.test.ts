import { afterEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { REGISTRY, Scene, textOf } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

/** What `status` says, line by line, but for backups: the lab's databases have none yet, and jobs.test.ts tells how that reads. */
async function told(command = '@vigie status', end = /firing|alerts?:|alerte|is well|va bien/u): Promise<readonly string[]> {
  await scene.say('alice', command);
  const lines = textOf(await scene.post(end))
    .trim()
    .split('\n');
  return lines.filter((line) => !line.startsWith('💾'));
}

describe('status', () => {
  it('is one line when all is well', async () => {
    scene = await Scene.open();
    expect(await told()).toEqual([
      '🟢 2 nodes (leader `pica01`), 2 services · Proxmox has quorum, 4/4 VMs run · Elasticsearch answers · 2 volumes · 4 arrays, SMART: 8 disks · nothing is firing',
    ]);
  });

  it('names guests that are off, unless they are meant to be, with what to type', async () => {
    scene = await Scene.open({ guests: { admin: { mayBeOff: true } } });
    for (const name of ['monitoring', 'admin']) scene.hypervisor.known(name).startedAt = null;
    expect(await told()).toEqual([
      '🔴 `monitoring` is off · bob · `start monitoring`',
      expect.stringMatching(/^🟢 .*Proxmox has quorum, 2\/4 VMs run/u),
    ]);
  });

  it('says that a machine is away, and with it the quorum and what is known of its guests', async () => {
    scene = await Scene.open({ language: 'fr' });
    scene.hypervisor.setOnline('bob', false);
    expect((await told('@vigie état')).slice(0, 4)).toEqual([
      '🔴 Proxmox **n’a pas le quorum**\u00a0: lecture seule',
      '🔴 `bob` est hors ligne\u00a0: personne ne sait comment vont ses VM',
      '🔴 `pica02` est dans un état inconnu · bob',
      '🔴 `monitoring` est dans un état inconnu · bob',
    ]);
  });

  it('names services that are short, and nodes that are drained', async () => {
    scene = await Scene.open();
    const [, node] = await scene.swarm.nodes();
    await scene.swarm.setAvailability(node?.id ?? '', 'drain');
    scene.swarm.createService({ name: 'wiki', image: `${REGISTRY}/pad:bad`, replicas: 1 }, false);
    const lines = await told();
    expect(lines[0]).toBe('🔴 node `pica02` drained · `activate pica02`');
    expect(lines).toContain('🔴 `wiki` 0/1 replicas · `logs wiki`');
  });

  it('does not call anything well that it could not ask', async () => {
    scene = await Scene.open();
    scene.hypervisor.lackRights();
    expect((await told())[0]).toMatch(/^❔ Proxmox: .*VM\.Audit/u);
  });

  it('says nothing of what is not configured', async () => {
    scene = await Scene.open({ without: ['hypervisor'] });
    expect(await told()).toEqual([expect.not.stringContaining('Proxmox')]);
  });

  it('names what a volume lacks, and where files contradict themselves', async () => {
    scene = await Scene.open();
    scene.volumes.split('docs/report.odt', { pica01: 'one', pica02: 'another' });
    scene.volumes.mountStates.set('pica02', 'missing');
    const lines = await told();
    expect(lines).toContainEqual(expect.stringMatching(/^🔴 volume `\S+` contradicts itself in 1 file \(split-brain\) · `storage \S+`$/u));
    expect(lines).toContainEqual(expect.stringMatching(/^🔴 `\/DATA` of `pica02` is not mounted/u));
  });

  it('says that Elasticsearch is away', async () => {
    scene = await Scene.open();
    scene.search.faults.all('unreachable');
    expect((await told())[0]).toMatch(/^🔴 Elasticsearch `main` (?:does not|doesn’t) answer/u);
  });

  it('is there within 3.5 s when one system hangs, and does not call it well', async () => {
    scene = await Scene.open({ speed: 1 });
    scene.hypervisor.guests = () => new Promise(() => undefined);
    const began = performance.now();
    expect((await told())[0]).toMatch(/^❔ Proxmox: No answer within 3\ss/u);
    expect(performance.now() - began).toBeLessThan(4_500);
  });

  it('is there when everything is down', async () => {
    scene = await Scene.open();
    const away = async () => await Promise.reject(new VigieError('swarm_unreachable', { host: 'lab', reason: 'connect ECONNREFUSED' }));
    scene.swarm.nodes = away;
    scene.hypervisor.lackRights();
    scene.search.faults.all('unreachable');
    scene.volumes.trouble = new VigieError('ssh_unreachable', { host: 'lab', reason: 'connect ECONNREFUSED' });
    for (const machine of scene.disks.machines()) scene.disks.trouble.set(machine, scene.volumes.trouble);
    const lines = await told();
    expect(lines.filter((line) => /^[🔴❔]/u.test(line))).toHaveLength(6);
    expect(lines.at(-1)).toBe('❔ alerts: nobody can look for new ones while Elasticsearch is away');
  });
});

describe('status of one thing', () => {
  it('is all that is known of a service', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie restart pad');
    const plan = await scene.post(/restart pad/u);
    await scene.who('alice').react(plan.id, 'white_check_mark');
    await scene.reads(plan, /Done in/u);
    const lines = await told('@vigie status pad', /^\*\*pad\*\*/u);
    expect(lines[0]).toBe('**pad**');
    expect(lines[1]).toMatch(/^- 2\/2 of `pad:v1` run on `pica0\d`/u);
    expect(lines.join('\n')).toMatch(/🕘 .*\*\*restart\*\* · done/u);
    expect(lines.join('\n')).not.toContain('Proxmox');
  });

  it('is all that is known of a machine that is guest and node at once', async () => {
    scene = await Scene.open({ rules: [rule({ name: 'disk_full', enabled: false })] });
    const lines = await told('@vigie status pica01', /^\*\*pica01\*\*/u);
    expect(lines[1]).toMatch(/^- Swarm node, leader, with `.*pad`/u);
    expect(lines[2]).toMatch(/^- VM on `alice`, runs/u);
  });

  it('knows nothing of what is not there, and says what is like it', async () => {
    scene = await Scene.open();
    const asked = await scene.say('alice', '@vigie status pda');
    await scene.reply(asked, /`pda` is no machine, service or database here. Did you mean `pad`/u);
  });
});
