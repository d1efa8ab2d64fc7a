import { afterEach, describe, expect, it } from 'vitest';
import { Scene, until } from './scene.ts';
import { asked, backedUp, namesOn } from './told.ts';

/**
 * Where a person's word becomes a name on a server, and what it must be there:
 *
 * | Word | Becomes | Must be |
 * | --- | --- | --- |
 * | `restore … --into NAME` | a database | new, of small letters, digits and `_`; neither the server's own, nor vigie's, nor of the configuration |
 * | `restore`, `drill`, `backup`, `backups` DATABASE | a database, a folder of a place | a name of `databases:` |
 * | `--from BACKUP` | a file of a place | an id of the ledger: the path comes from there |
 * | `snapshot VM NAME` | part of a snapshot's name | what Proxmox takes, behind vigie's own prefix |
 * | `revert`, `snapshot-delete` VM SNAPSHOT | a snapshot | one that Proxmox lists; never its own `current` |
 * | VM, NODE of `start`, `stop`, `migrate`, … | a guest, a node | one that Proxmox lists |
 * | SERVICE of `deploy`, `scale`, `restart`, `rollback`, `logs`, `releases` | a service | one that the Swarm lists |
 * | IMAGE of `deploy` | an image | of Docker's own form, and there |
 * | HOST of `space`, `clean` | a machine | a name of `hosts:` |
 * | WHAT of `metrics` | values of a search | a host or service that reports |
 * | OPERATION, ALERT, SILENCE, RULE | rows of the store | ids that are there |
 */
const COMMANDS = [
  'restore pad --into W', 'restore W', 'drill W', 'backup W', 'backups W', 'drill pad --from W', 'snapshot admin W', 'snapshot W', 'revert admin W', 'snapshot-delete admin W',
  'migrate admin W', 'start W', 'stop W', 'deploy pad W', 'deploy W v1', 'scale W 2', 'restart W', 'rollback W', 'logs W', 'releases W', 'space W', 'clean W', 'show W', 'settle W done x',
  'restore-undo W', 'ack W', 'unsilence W', 'rules test W',
] as const; // prettier-ignore

const WORDS = [
  '../../etc/passwd', '..', '-rf', "'; drop database pad; --'", '$(reboot)', '`reboot`;', 'ｐｏｓｔｇｒｅｓ', 'pad/../blog', `"a${'\u0001'}b"`, 'x'.repeat(300),
]; // prettier-ignore

let scene: Scene;
afterEach(() => scene.close());

describe('a hostile word', () => {
  it.each(WORDS.map((word) => [JSON.stringify(word).slice(0, 40), word] as const))(
    '%s names nothing anywhere',
    { timeout: 60_000 },
    async (_, word) => {
      scene = await Scene.open();
      await backedUp(scene);
      const world = () => ({
        databases: [...namesOn(scene, 'postgres'), ...namesOn(scene, 'mariadb')],
        tasks: scene.hypervisor.history().length,
        files: scene.places.main.paths,
        replicas: scene.swarm.services().then((all) => all.map(({ name, replicas, image }) => [name, replicas, image])),
      });
      const before = world();
      const posts = (await scene.vigiePosts()).length;
      for (const command of COMMANDS) await scene.say('alice', `@vigie ${command.replace('W', () => word)}`);
      await until(
        async () => (await scene.vigiePosts()).length >= posts + COMMANDS.length,
        'an answer to each',
        () => scene.transcript(),
      );
      const after = world();
      expect({ ...after, replicas: await after.replicas }).toEqual({ ...before, replicas: await before.replicas });
      const said = (await scene.vigiePosts()).slice(posts);
      expect(said.filter(({ message }) => /^(?:⏳|✅|🟢)/u.test(message)).map(({ message }) => message)).toEqual([]);
      expect(said.filter(({ message }) => /went wrong inside/u.test(message)).map(({ message }) => message)).toEqual([]);
    },
  );

  it('takes what runs now for no snapshot, and what Proxmox or a server has for itself for no name', async () => {
    scene = await Scene.open();
    await backedUp(scene);
    for (const command of ['revert admin current', 'revert admin CURRENT', 'snapshot-delete admin current'])
      await asked(scene, command, /🚫[\s\S]*has no snapshot `current`/iu);
    for (const command of [
      'restore pad --into postgres\u200b',
      'restore pad --into "postgres "',
      'restore pad --into ｔｅｍｐｌａｔｅ０',
      'restore pad --into pg_toast',
    ])
      await asked(scene, command, /🚫[\s\S]*is no name for a new database/u);
    expect(scene.hypervisor.history()).toEqual([]);
    expect(namesOn(scene)).toEqual(['pad']);
  });
});
