import { connectSwarm } from '#adapters/docker/connect-swarm.ts';

/** Reads a service's logs in a process of its own, and says what they hold: `node --expose-gc logs-driver.ts SOCKET SERVICE TAIL [GREP]`. */
const [path = '', service = '', tail = '0', grep] = process.argv.slice(2);
const swarm = connectSwarm({ kind: 'socket', path });
const query = { since: 0, tail: Number(tail) };
// What Docker's client and the first answer cost isn't the logs' doing.
await swarm.logs(service, { since: Date.now(), tail: 1 });
const before = held();
let peak = before;
const timer = setInterval(() => (peak = Math.max(peak, held())), 100);
const began = performance.now();
const { lines, older, whole } = await swarm.logs(service, grep === undefined ? query : { ...query, grep });
clearInterval(timer);
peak = Math.max(peak, held());
const facts = { count: lines.length, last: lines.at(-1)?.text.slice(0, 40), first: lines[0]?.text.slice(0, 40), older, whole };
console.log(JSON.stringify({ ...facts, ms: Math.round(performance.now() - began), growthMb: (peak - before) / 1024 / 1024 }));
await swarm.close();

/** Bytes that are held: what the collector could take isn't. */
function held(): number {
  (globalThis.gc ?? expectGc)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function expectGc(): never {
  throw new Error('start it with --expose-gc');
}
