import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import { guestFilesContract } from '#test/contract/guest-files.contract.ts';
import { foldersAsMachines } from '#test/contract/guest-files-on-disk.ts';
import { privateKey, realSwarm } from './swarm.ts';

guestFilesContract('over a real sshd', async () => {
  const { ssh } = await realSwarm();
  const options = { ...ssh, privateKey: await privateKey(ssh) };
  return await foldersAsMachines({ alice: connectRemote(options), bob: connectRemote(options) });
});
