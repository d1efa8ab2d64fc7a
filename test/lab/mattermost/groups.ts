import { z } from 'zod';
import { AppError } from './errors.ts';
import { created, done, ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import { newId } from './ids.ts';
import type { Lab } from './lab.ts';
import type { Group } from './model.ts';
import { must } from './permissions.ts';
import { page } from './users.ts';
import { userOf, type World } from './world.ts';

const NewGroup = z.object({
  group: z
    .object({
      name: z.string().regex(/^[a-z0-9._-]+$/),
      display_name: z.string(),
      source: z.literal('custom'),
      allow_reference: z.boolean().default(true),
      description: z.string().default(''),
    })
    .optional(),
  name: z.string().optional(),
  display_name: z.string().optional(),
  user_ids: z.array(z.string()).default([]),
});
const Ids = z.object({ user_ids: z.array(z.string()) });

/** Custom groups, such as `@operators`. A real server has them with a licence only; the shapes are those of its documentation. */
export function groupRoutes(lab: Lab): Route[] {
  const { world } = lab;
  const groupOf = (call: Call): Group => {
    const group = world.groups.get(call.param('id'));
    if (group === undefined || group.delete_at > 0) throw new AppError('app.group.no_rows');
    return group;
  };
  const alive = (): Group[] => [...world.groups.values()].filter((group) => group.delete_at === 0);
  return [
    { method: 'POST', pattern: '/api/v4/groups', handle: (call) => create(lab, call) },
    {
      method: 'GET',
      pattern: '/api/v4/groups',
      handle: (call) =>
        ok(
          page(
            call,
            alive().filter((group) => matches(group, call.query)),
          ),
        ),
    },
    {
      method: 'POST',
      pattern: '/api/v4/groups/names',
      handle: (call) => {
        const names = call.json(z.array(z.string()));
        return ok(alive().filter((group) => names.includes(group.name)));
      },
    },
    { method: 'GET', pattern: '/api/v4/groups/{id}', handle: (call) => ok(groupOf(call)) },
    { method: 'DELETE', pattern: '/api/v4/groups/{id}', handle: (call) => remove(lab, call, groupOf(call)) },
    { method: 'GET', pattern: '/api/v4/groups/{id}/members', handle: (call) => members(lab, call, groupOf(call)) },
    {
      method: 'POST',
      pattern: '/api/v4/groups/{id}/members',
      handle: (call) => change(lab, call, groupOf(call), (ids, id) => ids.add(id)),
    },
    {
      method: 'DELETE',
      pattern: '/api/v4/groups/{id}/members',
      handle: (call) => change(lab, call, groupOf(call), (ids, id) => ids.delete(id)),
    },
    {
      method: 'GET',
      pattern: '/api/v4/users/{user}/groups',
      handle: (call) => ok(alive().filter((group) => world.groupMembers.get(group.id)?.has(call.param('user')) === true)),
    },
  ];
}

function matches(group: Group, query: URLSearchParams): boolean {
  const wanted = (query.get('q') ?? '').toLowerCase();
  if (query.get('filter_allow_reference') === 'true' && !group.allow_reference) return false;
  return group.name.includes(wanted) || group.display_name.toLowerCase().includes(wanted);
}

function create(lab: Lab, call: Call): Answer {
  const { world } = lab;
  must(world, call.userId, 'create_custom_group');
  const { group: fields, user_ids } = call.json(NewGroup);
  if (fields === undefined) throw new AppError('api.context.invalid_body_param.app_error', 'group');
  return created(addGroup(world, fields, user_ids));
}

export function addGroup(
  world: World,
  fields: Partial<Group> & Pick<Group, 'name' | 'display_name' | 'source'>,
  users: readonly string[],
): Group {
  const now = world.now();
  const group: Group = {
    id: newId(),
    description: '',
    allow_reference: true,
    ...fields,
    remote_id: null,
    create_at: now,
    update_at: now,
    delete_at: 0,
    has_syncables: false,
    member_count: users.length,
  };
  world.groups.set(group.id, group);
  world.groupMembers.set(group.id, new Set(users.map((id) => userOf(world, id).id)));
  return group;
}

function remove(lab: Lab, call: Call, group: Group): Answer {
  must(lab.world, call.userId, 'delete_custom_group');
  group.delete_at = lab.world.now();
  return done();
}

function members(lab: Lab, call: Call, group: Group): Answer {
  const users = [...(lab.world.groupMembers.get(group.id) ?? [])].map((id) => userOf(lab.world, id));
  return ok({ members: page(call, users), total_member_count: users.length });
}

function change(lab: Lab, call: Call, group: Group, each: (ids: Set<string>, id: string) => void): Answer {
  must(lab.world, call.userId, 'manage_custom_group_members');
  const ids = lab.world.groupMembers.get(group.id) ?? new Set<string>();
  for (const id of call.json(Ids).user_ids) each(ids, userOf(lab.world, id).id);
  lab.world.groupMembers.set(group.id, ids);
  group.member_count = ids.size;
  return ok([]);
}
