import { textOf } from './text-mode.ts';

interface Screen {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** A cursor that blinks is no change; a clock in a corner is one. */
const SHARE = 0.001;

/** Whether a screen shows something else than before: other words, or another picture. */
export function hasChanged(before: Screen, now: Screen): boolean {
  if (before.width !== now.width || before.height !== now.height) return true;
  const [said, says] = [textOf(before), textOf(now)];
  if (said !== null || says !== null) return said?.join('\n') !== says?.join('\n');
  let differing = 0;
  for (let at = 0; at < now.rgb.length; at += 3)
    if (before.rgb[at] !== now.rgb[at] || before.rgb[at + 1] !== now.rgb[at + 1] || before.rgb[at + 2] !== now.rgb[at + 2]) differing += 1;
  return differing > now.width * now.height * SHARE;
}
