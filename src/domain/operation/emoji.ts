import type { Verdict } from './votes.ts';

/**
 * Mattermost's own names of the reactions that mean something, look-alikes included. Everybody may add emoji of their own under any other
 * name: what looks like one of these counts for nothing.
 */
const MEANING: Readonly<Record<string, Verdict>> = {
  white_check_mark: 'approve',
  heavy_check_mark: 'approve',
  ballot_box_with_check: 'approve',
  '+1': 'approve',
  thumbsup: 'approve',
  x: 'veto',
  negative_squared_cross_mark: 'veto',
  octagonal_sign: 'cancel',
};

/** The reactions that vigie puts on its own post, in this order. */
export const SEEDS = { waiting: ['white_check_mark', 'x'], running: ['octagonal_sign'] } as const;

/** Under an offer: whoever it is for says yes to it. */
export const OFFER = 'arrow_forward';

/** Of these, the system has one in each skin tone. */
const HANDS = ['+1', 'thumbsup'];
/** Source: Mattermost, `model/emoji_data.go`: `+1_medium_dark_skin_tone`. */
const TONES = ['light', 'medium_light', 'medium', 'medium_dark', 'dark'];
const TONED: ReadonlyMap<string, string> = new Map(HANDS.flatMap((hand) => TONES.map((tone) => [`${hand}_${tone}_skin_tone`, hand])));

/** 👍 says that somebody has seen it as often as that they agree: enough for a change, never for a danger. */
export function isThumb(emoji: string): boolean {
  return HANDS.includes(TONED.get(emoji) ?? emoji);
}

/** What a reaction means on the post of a plan, or null. A hand of another skin tone is the same emoji. */
export function verdictOf(emoji: string): Verdict | null {
  const plain = TONED.get(emoji) ?? emoji;
  return Object.hasOwn(MEANING, plain) ? (MEANING[plain] ?? null) : null;
}
