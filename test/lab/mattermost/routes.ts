import { actionRoutes } from './actions.ts';
import { botRoutes } from './bots.ts';
import { channelRoutes } from './channels.ts';
import { commandRoutes } from './commands.ts';
import { dialogRoutes } from './dialogs.ts';
import { executeRoutes } from './execute.ts';
import { fileRoutes } from './files.ts';
import { groupRoutes } from './groups.ts';
import type { Route } from './http.ts';
import type { Lab } from './lab.ts';
import { memberRoutes } from './members.ts';
import { postListRoutes } from './post-lists.ts';
import { postRoutes } from './post-routes.ts';
import { reactionRoutes } from './reactions.ts';
import { roleRoutes } from './role-routes.ts';
import { systemRoutes } from './system.ts';
import { teamRoutes } from './teams.ts';
import { userRoutes } from './users.ts';

/** Every route of the API. The first that matches wins: `posts/ids/reactions` and `commands/execute` stand before what `{id}` would take. */
export function apiRoutes(lab: Lab): Route[] {
  return [
    ...systemRoutes(lab),
    ...executeRoutes(lab),
    ...reactionRoutes(lab),
    ...postListRoutes(lab),
    ...postRoutes(lab),
    ...actionRoutes(lab),
    ...dialogRoutes(lab),
    ...userRoutes(lab),
    ...botRoutes(lab),
    ...roleRoutes(lab),
    ...teamRoutes(lab),
    ...channelRoutes(lab),
    ...memberRoutes(lab),
    ...fileRoutes(lab),
    ...commandRoutes(lab),
    ...groupRoutes(lab),
  ];
}
