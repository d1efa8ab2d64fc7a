import { afterAll, beforeAll, describe } from 'vitest';
import { accountCases } from './mattermost-accounts.ts';
import { actionCases } from './mattermost-actions.ts';
import { commandCases } from './mattermost-commands.ts';
import { commandRequestCases } from './mattermost-command-requests.ts';
import { dialogCases } from './mattermost-dialogs.ts';
import { fileCases } from './mattermost-files.ts';
import { permissionCases } from './mattermost-permissions.ts';
import { postCases } from './mattermost-posts.ts';
import { postListCases } from './mattermost-post-lists.ts';
import { reactionCases } from './mattermost-reactions.ts';
import { resumeCases } from './mattermost-resume.ts';
import { openScene } from './mattermost-scene.ts';
import type { ContractServer, Scene } from './mattermost-scene.ts';
import { websocketCases } from './mattermost-websocket.ts';

/**
 * What vigie relies on in Mattermost 11, each a fact of `mattermost-recorded/`: run against the lab's stand-in and, when there is
 * one, a real server. Everything it makes is removed afterwards.
 * @param start gives a server on which loopback integrations, custom commands and username overrides are allowed.
 */
export function mattermostContract(name: string, start: () => Promise<ContractServer>): void {
  describe(`${name}, as Mattermost`, () => {
    let scene: Scene | undefined;
    beforeAll(async () => {
      scene = await openScene(await start());
    }, 60_000);
    afterAll(() => scene?.close(), 60_000);
    const here = (): Scene => {
      if (scene === undefined) throw new Error('the scene is opened before each case');
      return scene;
    };
    const parts = {
      accounts: accountCases,
      posts: postCases,
      'lists of posts': postListCases,
      reactions: reactionCases,
      files: fileCases,
      permissions: permissionCases,
      'slash commands: the request': commandRequestCases,
      'slash commands: the answer': commandCases,
      buttons: actionCases,
      dialogs: dialogCases,
      websocket: websocketCases,
      'websocket, resumed': resumeCases,
    };
    for (const [part, cases] of Object.entries(parts)) describe(part, () => cases(here));
  });
}
