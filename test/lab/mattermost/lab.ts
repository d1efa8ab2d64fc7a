import type { ErrorId } from './errors.ts';
import type { Hub } from './hub.ts';
import type { Post } from './model.ts';
import type { World } from './world.ts';

/** What every handler is given: the data, the websocket connections, and the settings. */
export interface Lab {
  readonly world: World;
  readonly hub: Hub;
  /** `SiteURL`: where integrations reach the server. */
  readonly siteUrl: string;
  /** `ServiceSettings.OutgoingIntegrationRequestsTimeout`, which also bounds the life of trigger ids. Default 30 s. */
  readonly integrationTimeoutMs: number;
  /** Recently used `pending_post_id`s: in memory, so a restart forgets them. `postId` is null while the first request is being served. */
  /** What a test makes the server refuse of posts: the error, or null. */
  readonly refuse: (post: Post) => ErrorId | null;
  /** Whether bots may be made: a setting of the System Console. */
  readonly botsAllowed: () => boolean;
  readonly pendingPosts: Map<string, { postId: string | null; at: number }>;
}
