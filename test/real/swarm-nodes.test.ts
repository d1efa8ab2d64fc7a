import { swarmNodesContract } from '#test/contract/swarm-nodes.contract.ts';
import { realLab, type Way } from './swarm-lab.ts';

const NOWHERE = '/run/nobody/docker.sock';

swarmNodesContract('Docker over its Unix socket', () =>
  realLab((path) =>
    Promise.resolve<Way>({
      address: { kind: 'socket', path },
      nowhere: { kind: 'socket', path: NOWHERE },
      nowhereName: NOWHERE,
      close: () => Promise.resolve(),
    }),
  ),
);
