/** What is done and what is written differ there: begun and perhaps done, done and not yet written. */
const AROUND_EFFECTS = /^(?:begin:.*:after|finish:.*:before|said:before)$/u;
/** Of the other points so many share one that is tried. */
const SHARE = 8;

/** Of a restore on a real server, which takes its time: when the swap is begun, and nobody knows how far it came. */
const ON_A_SERVER = /^begin:swap:after$/u;

/** The same for stories on real servers, which take their time: some of each, every one with CRASH_POINTS=all. */
export function serverPointsToTry(points: readonly string[], some: RegExp = ON_A_SERVER): readonly string[] {
  const all = [...new Set(points)];
  return process.env['CRASH_POINTS'] === 'all' ? all : all.filter((point) => some.test(point));
}

/** The points at which vigie is killed: all around its effects, and an eighth of the others; every one with CRASH_POINTS=all (`npm run test:crash`). */
export function pointsToTry(points: readonly string[]): readonly string[] {
  const all = [...new Set(points)];
  if (process.env['CRASH_POINTS'] === 'all') return all;
  return all.filter((point, index) => AROUND_EFFECTS.test(point) || index % SHARE === 0);
}
