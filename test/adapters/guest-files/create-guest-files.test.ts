import { guestFilesContract } from '#test/contract/guest-files.contract.ts';
import { foldersAsMachines } from '#test/contract/guest-files-on-disk.ts';
import { shellRemote } from '#test/lab/hosts/shell-remote.ts';

guestFilesContract(
  'through the commands of this machine',
  async () => await foldersAsMachines({ alice: shellRemote('alice'), bob: shellRemote('bob') }),
);
