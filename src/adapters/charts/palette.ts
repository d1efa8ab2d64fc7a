/** A slate card: quiet in Mattermost's dark themes, and no hole in the light ones. Opaque, since Mattermost lays previews on white. */
export const CARD = '#252c38';
export const TEXT = '#e9edf3';
export const QUIET = '#aeb7c5';
export const GRID = '#3a4352';
export const AXIS = '#566174';
export const LIMIT = '#ff6b6b';

/** What was before, beneath what is now: seen, and never taken for it. */
export const PALE = 0.5;

/** Light on the card, and told apart by people who see few colours: neighbours differ in lightness too. */
const LINES = ['#5cb3ff', '#ffc04d', '#4fd6a2', '#ff8fb1', '#c3a3ff', '#f4ec7a', '#7fe3f2', '#ff9a5c'] as const;

export function lineColour(index: number): string {
  return LINES[index % LINES.length] ?? LINES[0];
}
