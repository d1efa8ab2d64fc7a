import { BOUNDS } from '#kernel/bounds.ts';
import type { MachineEvent, Sensor } from '#ports/power.ts';
import type { Conversation } from './client.ts';
import { inside, isPath, linkIn, listIn, textIn, type Resource } from './resource.ts';

/** Redfish's words for IPMI's kinds of sensor. */
const SENSORS: ReadonlyMap<string, Sensor> = new Map([
  ['Temperature', 'temperature'],
  ['Voltage', 'voltage'],
  ['Current', 'current'],
  ['Fan', 'fan'],
  ['CoolingDevice', 'fan'],
  ['Physical Chassis Security', 'intrusion'],
  ['Platform Security Violation Attempt', 'login'],
  ['Processor', 'processor'],
  ['Power Supply / Converter', 'power-supply'],
  ['PowerUnit', 'power'],
  ['Memory', 'memory'],
  ['Drive Slot/Bay', 'disk'],
  ['System Firmware Progress', 'boot'],
  ['SystemBoot/Restart', 'boot'],
  ['Event Logging Disabled', 'event-log'],
  ['System Event', 'system'],
  ['Critical Interrupt', 'interrupt'],
  ['Boot Error', 'boot-error'],
  ['BaseOSBoot/InstallationStatus', 'system-boot'],
  ['OS Stop/Shutdown', 'system-stop'],
  ['Watchdog', 'watchdog'],
  ['Watchdog1', 'watchdog'],
]);
/** Which of a controller's logs is that of its sensors, by names that makers give it. */
const SENSOR_LOGS = /^(?:SEL|IEL|IML|EventLog|Log1|Log)$/iu;
/** Pages of a log that are read: its newest stand on the first or the last ones, by the maker's choice. */
const PAGES = 16;
const CODE_LENGTH = 60;

/** The newest first: the log of its sensors, and when it was last reset, which not every controller notes there. */
export async function eventsOf(conversation: Conversation): Promise<readonly MachineEvent[]> {
  const { resource: system } = await conversation.system();
  const path = await sensorLog(conversation, system);
  const entries = path === null ? [] : await entriesOf(conversation, path);
  const reset = momentIn(system, 'LastResetTime');
  const last: readonly MachineEvent[] = reset === null ? [] : [{ at: reset, sensor: 'boot', code: 'LastResetTime', severe: false }];
  return [...last, ...entries.flatMap(eventOf)].toSorted((one, other) => other.at - one.at);
}

/** Of the machine, or of what manages it. */
async function sensorLog({ find }: Conversation, system: Resource): Promise<string | null> {
  const [manager] = listIn(inside(system, 'Links'), 'ManagedBy');
  for (const owner of [system, (await find(manager === undefined ? null : linkIn(manager))) ?? {}]) {
    const services = listIn((await find(linkIn(owner, 'LogServices'))) ?? {}, 'Members').flatMap((member) => linkIn(member) ?? []);
    const path = services.find((each) => SENSOR_LOGS.test(each.split('/').at(-1) ?? '')) ?? services[0];
    const entries = linkIn((await find(path ?? null)) ?? {}, 'Entries');
    if (entries !== null) return entries;
  }
  return null;
}

async function entriesOf({ find }: Conversation, first: string): Promise<readonly Resource[]> {
  const found: Resource[] = [];
  const seen = new Set<string>();
  for (
    let path: string | null = first;
    path !== null && !seen.has(path) && seen.size < PAGES && found.length < BOUNDS.redfishEntries.most;
  ) {
    seen.add(path);
    const page: Resource = (await find(path)) ?? {};
    found.push(...listIn(page, 'Members'));
    const next = textIn(page, 'Members@odata.nextLink');
    path = isPath(next) ? next : null;
  }
  return found.slice(0, BOUNDS.redfishEntries.most);
}

function eventOf(entry: Resource): readonly MachineEvent[] {
  const at = momentIn(entry, 'Created') ?? momentIn(entry, 'EventTimestamp');
  if (at === null) return [];
  const kind = textIn(entry, 'SensorType');
  const code = textIn(entry, 'MessageId') || textIn(entry, 'EntryCode') || kind || textIn(entry, 'Id');
  return [{ at, sensor: SENSORS.get(kind) ?? 'other', code: code.slice(0, CODE_LENGTH), severe: textIn(entry, 'Severity') === 'Critical' }];
}

function momentIn(from: Resource, name: string): number | null {
  const at = Date.parse(textIn(from, name));
  return Number.isFinite(at) && at > 0 ? at : null;
}
