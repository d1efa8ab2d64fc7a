import { startMattermost } from '#test/lab/mattermost/server.ts';
import { mattermostContract } from './mattermost.contract.ts';
import { realMattermost } from './mattermost.real.ts';
import type { ContractServer } from './mattermost-scene.ts';

/** The stand-in with short time-outs and a clock that can be moved. */
async function lab(): Promise<ContractServer> {
  const timeouts = { integrationTimeoutMs: 1_000, authTimeoutMs: 300 };
  let movedMs = 0;
  const server = await startMattermost({ ...timeouts, now: () => Date.now() + movedMs });
  return {
    url: server.url,
    adminToken: server.adminToken,
    ...timeouts,
    passTime: async (ms) => void (movedMs += ms),
    stop: () => server.stop(),
  };
}

mattermostContract('the stand-in', lab);

const real = realMattermost();
if (real !== null) mattermostContract('a real server', async () => real);
