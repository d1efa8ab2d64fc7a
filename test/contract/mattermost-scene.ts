import { connectAdmin, type Admin } from '#test/lab/mattermost/admin.ts';
import type { Person } from '#test/lab/mattermost/person.ts';
import type { SeenChannel, SeenCommand, SeenTeam } from '#test/lab/mattermost/seen.ts';
import { startIntegration } from './mattermost-integration.ts';
import type { Integration } from './mattermost-integration.ts';

/** A server that the suite runs against: the lab's, or a real one. */
export interface ContractServer {
  readonly url: string;
  readonly adminToken: string;
  /** How long an integration may take, and a trigger id lives: 30 s on a real server. */
  readonly integrationTimeoutMs: number;
  /** How long a websocket without credentials stays open: 5 s on a real server. */
  readonly authTimeoutMs: number;
  /** Lets time go by for the server: waits, or moves the lab's clock. */
  passTime(ms: number): Promise<void>;
  stop(): Promise<void>;
}

/** Who and what every case finds: a team, three people, a bot, an integration that the team's command calls. */
export interface Scene {
  readonly server: ContractServer;
  readonly admin: Admin;
  readonly team: SeenTeam;
  /** Public; alice, bob and the bot are members. */
  readonly ops: SeenChannel;
  /** Public; nobody but the administrator is a member. */
  readonly lobby: SeenChannel;
  /** Private; alice alone is a member, beside the administrator. */
  readonly hidden: SeenChannel;
  readonly alice: Person;
  readonly bob: Person;
  readonly bot: Person;
  readonly integration: Integration;
  /** Its trigger, without the stroke. */
  readonly command: SeenCommand;
  close(): Promise<void>;
}

export async function openScene(server: ContractServer): Promise<Scene> {
  const admin = await connectAdmin(server.url, server.adminToken);
  const integration = await startIntegration();
  const [team, alice, bob, bot] = await Promise.all([admin.createTeam(), admin.createPerson(), admin.createPerson(), admin.createBot()]);
  const ops = await admin.createChannel(team);
  const lobby = await admin.createChannel(team);
  const hidden = await admin.createChannel(team, { private: true });
  await admin.addToChannel(ops, alice, bob, bot);
  await admin.addToChannel(hidden, alice);
  const command = await admin.createCommand(team, {
    trigger: `ops${team.name.slice(-6)}`,
    url: `${integration.url}/mattermost/command`,
    username: 'vigie',
  });
  const close = async (): Promise<void> => {
    await admin.cleanup();
    await integration.stop();
    await server.stop();
  };
  return { server, admin, team, ops, lobby, hidden, alice, bob, bot, integration, command, close };
}
