/** What the options of `vigie setup` say. */
export interface Given {
  readonly mattermost?: string;
  readonly tokenFile?: string;
  readonly team?: string;
  readonly channel?: string;
  readonly also?: string;
  readonly bot?: string;
  readonly operators?: string;
  readonly language?: string;
  readonly url?: string;
  readonly state?: string;
  readonly account?: string;
  readonly docker?: string;
  readonly elasticsearch?: string;
  readonly proxmox?: string;
  readonly machine?: readonly string[];
  readonly hostKey?: readonly string[];
  readonly newTokens?: boolean;
  readonly yes?: boolean;
}
