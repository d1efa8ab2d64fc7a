/** What the stand-in stores. Key order is the order in which Mattermost 11.6 writes the JSON. All times are epoch milliseconds. */

export type Props = Record<string, unknown>;

export interface User {
  id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  username: string;
  auth_data: string;
  auth_service: string;
  email: string;
  nickname: string;
  first_name: string;
  last_name: string;
  position: string;
  roles: string;
  locale: string;
  timezone: Record<string, string>;
  remote_id: string;
  disable_welcome_email: boolean;
  is_bot?: true;
  bot_description?: string;
}

/** A bot is a user with an owner and a description of its own. */
export interface Bot {
  user_id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  username: string;
  display_name: string;
  description: string;
  owner_id: string;
}

export interface Team {
  id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  display_name: string;
  name: string;
  description: string;
  email: string;
  type: string;
  company_name: string;
  allowed_domains: string;
  invite_id: string;
  allow_open_invite: boolean;
  scheme_id: null;
  group_constrained: null;
  policy_id: null;
}

/** Membership of a team or of a channel: the flags give the roles. */
export interface Membership {
  user_id: string;
  scheme_guest: boolean;
  scheme_user: boolean;
  scheme_admin: boolean;
  update_at: number;
}

/** O public, P private, D direct, G group message. */
type ChannelType = 'O' | 'P' | 'D' | 'G';

export interface Channel {
  id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  team_id: string;
  type: ChannelType;
  display_name: string;
  name: string;
  header: string;
  purpose: string;
  last_post_at: number;
  total_msg_count: number;
  extra_update_at: number;
  creator_id: string;
  scheme_id: null;
  props: null;
  group_constrained: null;
  shared: null;
  total_msg_count_root: number;
  policy_id: null;
  last_root_post_at: number;
}

export interface Post {
  id: string;
  create_at: number;
  update_at: number;
  edit_at: number;
  delete_at: number;
  is_pinned: boolean;
  user_id: string;
  channel_id: string;
  root_id: string;
  original_id: string;
  message: string;
  type: string;
  props: Props;
  hashtags: string;
  /** null when files were asked for and none was free; see files.ts. */
  file_ids: string[] | null;
  pending_post_id: string;
}

export interface Reaction {
  user_id: string;
  post_id: string;
  emoji_name: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  remote_id: string;
  channel_id: string;
}

export interface FileInfo {
  id: string;
  user_id: string;
  post_id?: string;
  channel_id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  name: string;
  extension: string;
  size: number;
  mime_type: string;
  width?: number;
  height?: number;
  has_preview_image?: true;
  mini_preview: null;
  remote_id: string;
  archived: boolean;
}

export interface Command {
  id: string;
  token: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  creator_id: string;
  team_id: string;
  trigger: string;
  method: string;
  username: string;
  icon_url: string;
  auto_complete: boolean;
  auto_complete_desc: string;
  auto_complete_hint: string;
  display_name: string;
  description: string;
  url: string;
  plugin_id: string;
}

/** What a `response_url` stands for. */
export interface CommandHook {
  id: string;
  create_at: number;
  command_id: string;
  user_id: string;
  channel_id: string;
  root_id: string;
  uses: number;
}

export interface Role {
  id: string;
  name: string;
  display_name: string;
  description: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  permissions: string[];
  scheme_managed: boolean;
  built_in: boolean;
}

export interface Group {
  id: string;
  name: string;
  display_name: string;
  description: string;
  source: string;
  remote_id: null;
  create_at: number;
  update_at: number;
  delete_at: number;
  has_syncables: boolean;
  member_count: number;
  allow_reference: boolean;
}
