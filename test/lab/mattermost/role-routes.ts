import { z } from 'zod';
import { AppError } from './errors.ts';
import { ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import type { Lab } from './lab.ts';
import type { Role } from './model.ts';
import { must } from './permissions.ts';

/** `/roles…`: the way to give a bot `create_post_ephemeral` is to add it to a role that the bot has. */
export function roleRoutes(lab: Lab): Route[] {
  const { roles } = lab.world;
  const known = (role: Role | undefined): Role => {
    if (role === undefined) throw new AppError('app.role.get.app_error');
    return role;
  };
  const byId = (call: Call): Role => known(roles.values().find((role) => role.id === call.param('id')));
  return [
    {
      method: 'POST',
      pattern: '/api/v4/roles/names',
      handle: (call) => ok(call.json(z.array(z.string())).flatMap((name) => roles.get(name) ?? [])),
    },
    { method: 'GET', pattern: '/api/v4/roles/name/{name:word}', handle: (call) => ok(known(roles.get(call.param('name')))) },
    { method: 'GET', pattern: '/api/v4/roles/{id}', handle: (call) => ok(byId(call)) },
    { method: 'PUT', pattern: '/api/v4/roles/{id}/patch', handle: (call) => patch(lab, call, byId(call)) },
  ];
}

function patch(lab: Lab, call: Call, role: Role): Answer {
  must(lab.world, call.userId, 'manage_system');
  const { permissions } = call.json(z.object({ permissions: z.array(z.string()) }));
  role.permissions = [...new Set(permissions)].toSorted();
  role.update_at = lab.world.now();
  lab.hub.publish({ event: 'role_updated', data: { role: JSON.stringify(role) }, to: {} });
  return ok(role);
}
