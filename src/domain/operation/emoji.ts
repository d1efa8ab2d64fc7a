import type { Verdict } from './votes.ts';

/** Mattermost's names of the reactions that mean something, skin tones and look-alikes included. */
const MEANING: Readonly<Record<string, Verdict>> = {
  white_check_mark: 'approve',
  heavy_check_mark: 'approve',
  ballot_box_with_check: 'approve',
  '+1': 'approve',
  thumbsup: 'approve',
  x: 'veto',
  negative_squared_cross_mark: 'veto',
  '-1': 'veto',
  thumbsdown: 'veto',
  octagonal_sign: 'cancel',
  stop_sign: 'cancel',
};

/** The reactions that vigie puts on its own post, in this order. */
export const SEEDS = { waiting: ['white_check_mark', 'x'], running: ['octagonal_sign'] } as const;

/** What a reaction means on the post of a plan, or null. Skin tones (`+1_tone3`, `_medium_dark_skin_tone`) are the same emoji. */
export function verdictOf(emoji: string): Verdict | null {
  const plain = emoji.replace(/_(?:tone\d|(?:(?:light|medium|dark)_)+skin_tone)$/u, '');
  return MEANING[plain] ?? null;
}
