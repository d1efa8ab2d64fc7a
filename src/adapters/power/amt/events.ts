import type { MachineEvent, Sensor } from '#ports/power.ts';
import { listIn, numberIn, textIn, type Instance } from './answer.ts';
import type { Conversation } from './client.ts';

/** Kinds of sensor as platforms number them (IPMI's table, which AMT's records follow). */
const KINDS: ReadonlyMap<number, Sensor> = new Map([
  [1, 'temperature'],
  [2, 'voltage'],
  [3, 'current'],
  [4, 'fan'],
  [5, 'intrusion'],
  [6, 'login'],
  [7, 'processor'],
  [8, 'power-supply'],
  [9, 'power'],
  [12, 'memory'],
  [13, 'disk'],
  [15, 'boot'],
  [16, 'event-log'],
  [18, 'system'],
  [19, 'interrupt'],
  [30, 'boot-error'],
  [31, 'system-boot'],
  [32, 'system-stop'],
  [35, 'watchdog'],
]);
const RECORD_SIZE = 21;
/** AMT keeps 390, and gives some of them in each answer. */
const ANSWERS = 40;
/** Of severity: critical, and what can't be mended. */
const SEVERE = 16;

/** The newest first, as AMT keeps them. */
export async function eventsOf({ call }: Conversation): Promise<readonly MachineEvent[]> {
  const events: MachineEvent[] = [];
  const begun = await call((messages) => messages.firstRecord());
  // An empty log has no first record: AMT says that it failed.
  if (numberIn(begun, 'ReturnValue') !== 0) return events;
  let from = numberIn(begun, 'IterationIdentifier') ?? 1;
  for (let answers = 0; answers < ANSWERS; answers += 1) {
    const start = from;
    const page = await call((messages) => messages.records(start));
    if (numberIn(page, 'ReturnValue') !== 0) break;
    events.push(...recordsIn(page));
    const next = numberIn(page, 'IterationIdentifier') ?? 0;
    if (textIn(page, 'NoMoreRecords') === 'true' || next <= from) break;
    from = next;
  }
  return events.toSorted((one, other) => other.at - one.at);
}

function recordsIn(page: Instance): readonly MachineEvent[] {
  return listIn(page, 'RecordArray').flatMap((text) => {
    const bytes = Buffer.from(typeof text === 'string' ? text : '', 'base64');
    return bytes.length < RECORD_SIZE ? [] : [eventOf(bytes)];
  });
}

/** 21 bytes: seconds, address, kind of sensor, kind of event, which of these, source, severity, … */
function eventOf(bytes: Buffer): MachineEvent {
  const [sensor = 0, kind = 0, offset = 0] = bytes.subarray(5, 8);
  return {
    at: bytes.readUInt32LE(0) * 1_000,
    sensor: KINDS.get(sensor) ?? 'other',
    code: `${sensor}.${kind}.${offset & 15}`,
    severe: (bytes[9] ?? 0) >= SEVERE,
  };
}
