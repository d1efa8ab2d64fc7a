import { newId } from './ids.ts';
import type { Role } from './model.ts';

/** What a member of a channel may do there, whoever else they are. */
const CHANNEL_USER = [
  'add_reaction',
  'create_post',
  'delete_post',
  'edit_post',
  'manage_private_channel_members',
  'manage_public_channel_members',
  'read_channel',
  'read_channel_content',
  'remove_reaction',
  'upload_file',
  'use_channel_mentions',
  'use_group_mentions',
  'delete_public_channel',
  'delete_private_channel',
];

const TEAM_USER = [
  'add_user_to_team',
  'create_private_channel',
  'create_public_channel',
  'invite_user',
  'join_public_channels',
  'list_team_channels',
  'read_public_channel',
  'view_team',
];

/** Commands and webhooks belong to team administrators in 11.6; who administers a team posts in all its channels. */
const TEAM_ADMIN = [
  'add_reaction',
  'create_post',
  'delete_others_posts',
  'delete_post',
  'manage_own_incoming_webhooks',
  'manage_own_slash_commands',
  'manage_others_slash_commands',
  'manage_private_channel_members',
  'manage_public_channel_members',
  'manage_team',
  'manage_team_roles',
  'read_channel',
  'read_channel_content',
  'remove_reaction',
  'remove_user_from_team',
  'upload_file',
  'use_channel_mentions',
  'use_group_mentions',
  'delete_public_channel',
  'delete_private_channel',
];

const SYSTEM_USER = [
  'create_custom_group',
  'create_direct_channel',
  'create_emojis',
  'create_group_channel',
  'create_team',
  'delete_custom_group',
  'delete_emojis',
  'edit_custom_group',
  'join_public_teams',
  'list_public_teams',
  'manage_custom_group_members',
  'restore_custom_group',
  'view_members',
];

/** The only right that comes with `system_admin` alone, and that bots want: `create_post_ephemeral`. */
const SYSTEM_ONLY = [
  'create_post_ephemeral',
  'create_user_access_token',
  'edit_other_users',
  'edit_others_posts',
  'manage_bots',
  'manage_others_bots',
  'manage_roles',
  'manage_system',
  'read_user_access_token',
];

const PERMISSIONS: Record<string, string[]> = {
  system_admin: [...new Set([...SYSTEM_USER, ...SYSTEM_ONLY, ...TEAM_USER, ...TEAM_ADMIN, ...CHANNEL_USER])],
  system_user: SYSTEM_USER,
  system_guest: ['create_direct_channel', 'create_group_channel'],
  system_post_all: ['create_post', 'upload_file', 'use_channel_mentions', 'use_group_mentions'],
  system_user_access_token: ['create_user_access_token', 'read_user_access_token'],
  system_manager: [],
  system_user_manager: [],
  team_user: TEAM_USER,
  team_admin: TEAM_ADMIN,
  team_guest: ['view_team'],
  channel_user: CHANNEL_USER,
  channel_admin: [...CHANNEL_USER, 'manage_channel_roles'],
  channel_guest: [
    'add_reaction',
    'create_post',
    'edit_post',
    'read_channel',
    'read_channel_content',
    'remove_reaction',
    'upload_file',
    'use_channel_mentions',
  ],
};

/** The roles of a fresh 11.6 server, reduced to what a bot meets. */
export function builtInRoles(now: number): Role[] {
  return Object.entries(PERMISSIONS).map(([name, permissions]) => ({
    id: newId(),
    name,
    display_name: `authentication.roles.${name}.name`,
    description: `authentication.roles.${name}.description`,
    create_at: now,
    update_at: now,
    delete_at: 0,
    permissions: permissions.toSorted(),
    scheme_managed: true,
    built_in: true,
  }));
}
