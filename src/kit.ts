import { z } from 'zod';
import { parseDuration } from '#kernel/duration.ts';
import { parseDays } from '#domain/alert/days.ts';
import { parseMoment, type Moment } from '#domain/command/moment.ts';
import { splitUntil } from '#domain/command/until.ts';
import { severityNamed } from '#domain/logs/severity.ts';
import { kindOfField } from '#actions/field.ts';

/** The one door for handlers: what a file in `handlers/` imports comes from here. */
export { z } from 'zod';
export { byName } from '#kernel/by-name.ts';
export { BOUNDS } from '#kernel/bounds.ts';
export { VigieError } from '#kernel/errors.ts';
export { nearest } from '#kernel/nearest.ts';
export { guestTarget, target } from '#domain/operation/target.ts';
export { CRITICAL_TAKEN_MS } from '#domain/alert/take.ts';
export { resolveUntil } from '#domain/command/until.ts';
export { spanOfDays } from '#domain/alert/days.ts';
export { formatImage, parseImage } from '#ports/swarm.ts';
export {
  defineAction,
  defineQuery,
  defineVote,
  type AnyAction,
  type AnyHandler,
  type AnyQuery,
  type PuttingBack,
  type StepFinding,
} from '#actions/definition.ts';
export { shownFreezes } from '#actions/operation/shown-freezes.ts';
export { ownExamples } from '#actions/operation/own-examples.ts';
export { planMaintenance, runMaintenance, verifyMaintenance } from '#actions/operation/maintenance.ts';
export { auditRows } from '#actions/operation/audit-rows.ts';
export { lastBackups } from '#actions/backup/last-backups.ts';
export { follow, type Followed, type Following } from '#actions/logs/follow.ts';
export { printedLogs, shownLogs } from '#actions/logs/shown.ts';
export { logSpan, pastSince } from '#actions/logs/span.ts';
export { marksOf, type ToldMark } from '#actions/house/marks.ts';
export { knownThing } from '#actions/house/known-thing.ts';
export { pastOf } from '#actions/house/past.ts';
export { nodeCalled, sendAvailability, verifyAvailability } from '#actions/service/node.ts';
export { seeDrained } from '#actions/service/see-drained.ts';
export { isLastManager, judgeDrain, returning, type Drain, type Returning } from '#domain/swarm/drain.ts';
export { replacing, requirePlace } from '#actions/service/place.ts';
export { seeJobThrough } from '#actions/service/job.ts';
export { seeThrough, verifySeeThrough } from '#actions/service/see-through.ts';
export { handshakes, type ShownCertificate } from '#actions/network/certificates.ts';
export { helpFor } from '#actions/network/help.ts';
export { lookAtNames, nameData, nameMeant } from '#actions/network/names.ts';
export { runName } from '#actions/network/run-name.ts';
export { planName } from '#actions/network/set-name.ts';
export { findingsFor, lastAnswers, routeLines, seeRoutes, traefikData } from '#actions/network/routes.ts';
export { walkWay } from '#actions/network/way.ts';
export { targetOf } from '#actions/backup/target.ts';
export { planDatabaseBackup, runDatabaseBackup, verifyDatabaseBackup, type DatabaseBackupBasis } from '#actions/database/backup.ts';
export { planDrill, runDrill } from '#actions/database/drill.ts';
export { planUndo, runUndo, verifyUndo } from '#actions/database/restore-undo.ts';
export { planRestore } from '#actions/database/restore-plan.ts';
export { runRestore, verifyRestore } from '#actions/database/restore-run.ts';
export { dumpsTakenBefore } from '#actions/service/dump-before.ts';
export { imageLocks, planImage, runImage, verifyImage, type ImageBasis } from '#actions/service/image-change.ts';
export { sendUpdate, verifyUpdate } from '#actions/service/update.ts';
export { guestsAmiss } from '#actions/guest/amiss.ts';
export { ageOf, diskStorages, guestToChange, requireRoom, storageOn } from '#actions/guest/guest.ts';
export { requireMayGoOff } from '#actions/guest/off.ts';
export { awaitHa } from '#actions/guest/ha.ts';
export { awaitReboot, guestToReboot, verifyReboot } from '#actions/guest/reboot.ts';
export { planRestoreVm } from '#actions/guest/restore-vm-plan.ts';
export { runRestoreVm, verifyRestoreVm } from '#actions/guest/restore-vm-run.ts';
export { planUndoVm } from '#actions/guest/restore-vm-undo-plan.ts';
export { runUndoVm, verifyUndoVm } from '#actions/guest/restore-vm-undo.ts';
export { planEvacuate, planEvacuateUndo, runMoves, verifyMoves } from '#actions/guest/evacuate.ts';
export { copiedTo, requireMemory } from '#actions/guest/move.ts';
export { SHUTDOWN_MS, shutDown, verifyShutDown } from '#actions/guest/shut-down.ts';
export { startAgain, verifyStart } from '#actions/guest/start.ts';
export { awaitTask, findTask, followTask, leftNothing, together, withDetails } from '#actions/guest/task.ts';
export { planVmBackup, type VmBackupBasis } from '#actions/guest/backup-plan.ts';
export { runVmBackup, verifyVmBackup } from '#actions/guest/backup.ts';
export { nextSnapshotAt, prunableSnapshots, SNAPSHOT_PREFIX, snapshotName } from '#domain/hypervisor/snapshot-name.ts';
export { orUnknown } from '#actions/unknown.ts';
export { lookAtAddresses } from '#actions/network/addresses.ts';
export { planHeal, runHeal, verifyHeal, type HealBasis } from '#actions/volume/heal.ts';
export { planSettle, runSettle, verifySettle, type SettleBasis } from '#actions/volume/settle.ts';
export { machineBasis, machineTarget, refuseFenced, refuseRunning, wayOff } from '#actions/machine/basis.ts';
export { failoverLocks } from '#actions/failover/basis.ts';
export { failbackLocks } from '#actions/failover/back-basis.ts';
export { planFailback } from '#actions/failover/back-plan.ts';
export { runFailback, verifyFailback } from '#actions/failover/back-run.ts';
export { planFailover } from '#actions/failover/plan.ts';
export { runFailover, verifyFailover } from '#actions/failover/run.ts';
export { awaitState, verifyState } from '#actions/machine/follow.ts';
export { lookAtConsole, screenMeant, screenTarget, LONGEST_WATCH_MS, watchConsole } from '#actions/machine/console.ts';
export { addDisk, diskToAdd, seeRebuilt, verifyAdd } from '#actions/machine/raid-add.ts';
export { arrayToCheck, beginCheck, seeChecked, verifyCheck } from '#actions/machine/raid-check.ts';
export { disksOverview } from '#actions/machine/disks.ts';
export { machineDetail, machinesOverview } from '#actions/machine/overview.ts';
export { planRestart, runRestart, verifyRestart } from '#actions/machine/restart.ts';
export { storageOverview } from '#actions/volume/overview.ts';
export { volumeDetail } from '#actions/volume/detail.ts';
export type { Json, JsonObject } from '#kernel/json.ts';
export { isFinal } from '#domain/operation/states.ts';
export { isOpenEmergency, type Effect, type Person } from '#domain/operation/operation.ts';
export type { ServiceView, TaskView, Swarm, SwarmReader, UpdatePolicy } from '#ports/swarm.ts';
export type { Backup } from '#domain/backup/backup.ts';
export type { AlertLine } from '#ports/alerts.ts';
export type { Amiss } from '#ports/backups.ts';
export type { DatabaseFacts, DatabaseView } from '#ports/databases.ts';
export type { Cleaned, Removable, Space } from '#ports/hosts.ts';
export type { GuestDetail, GuestView, HypervisorTask, SnapshotView, StorageView } from '#ports/hypervisor.ts';
export type { GuestFacts, ServiceFacts } from '#ports/inventory.ts';
export type { LedgerRelease } from '#ports/store.ts';
export type { SystemStatus } from '#ports/status.ts';
export type { ReadClients, Clients } from '#ports/clients.ts';

function withoutKind(name: string): string {
  return name.replace(/^db:/u, '');
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u;

/** A Swarm service's name; that it exists is checked while planning. */
export const service = () => kindOfField('service', z.string().regex(NAME));
/** A service, or another name of the configuration; `*`, `all` or `tout` for everything. */
export const frozenScope = () =>
  kindOfField(
    'service',
    z
      .string()
      .regex(/^(?:\*|[\p{L}\p{N}][\p{L}\p{N}._-]{0,62})$/u)
      .transform((word) => (['all', 'tout', 'everything'].includes(word.toLowerCase()) ? '*' : word)),
  );
/** A moment to come, and a reason behind it: `until tomorrow 18:00 the general meeting`. */
export const untilWithReason = () =>
  kindOfField(
    'text',
    text().transform((words, context) => {
      const read = splitUntil(words);
      if (read !== null) return read;
      context.addIssue({ code: 'custom', message: 'until' });
      return z.NEVER;
    }),
  );
/** A service's name, or a machine's; that there is one is checked by whoever looks. */
export const sourceName = () => kindOfField('source', z.string().regex(NAME));
/** A machine's name; that the configuration names it is checked while planning. */
export const host = () => kindOfField('host', z.string().regex(NAME));
/** What a machine boots from, once. */
export const bootSource = () => kindOfField('word', z.enum(['pxe', 'bios', 'disk', 'disque', 'réseau', 'reseau']).transform(bootMeant));

function bootMeant(word: 'pxe' | 'bios' | 'disk' | 'disque' | 'réseau' | 'reseau'): 'pxe' | 'bios' | 'disk' {
  if (word === 'disque') return 'disk';
  return word === 'réseau' || word === 'reseau' ? 'pxe' : word;
}

/** An array of software RAID, as `disks` names it; that it exists is checked while planning. */
export const raidArray = () =>
  kindOfField(
    'word',
    z
      .string()
      .regex(/^(?:\/dev\/)?md[\w]{1,30}$/u)
      .transform((name) => name.replace('/dev/', '')),
  );
/** The serial number of a disk, as `disks` names it; that it exists is checked while planning. */
export const diskSerial = () => kindOfField('word', z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._:+/-]{1,63}$/u));
/** A volume of GlusterFS; that it exists is checked while planning. */
export const volume = () => kindOfField('volume', z.string().regex(NAME));
/** A file within a volume: an absolute path, or `gfid:…`; that it leads nowhere else is checked while planning. */
export const volumeFile = () => kindOfField('text', z.string().regex(/^(?:\/|gfid:)[^\n\r]{1,1000}$/u));
/** A virtual machine or container, by its name or number; that it exists is checked while planning. */
export const guest = () => kindOfField('guest', z.string().regex(NAME));
/** A machine of the hypervisor cluster, or a node of the Swarm; that it exists is checked while planning. */
export const node = () => kindOfField('node', z.string().regex(NAME));
/** An image, a `repository:tag` or a bare tag. */
export const image = () => kindOfField('image', z.string().regex(/^[\w][\w.\-/:@]{0,254}$/u));
/** A whole number from 0 to 9999, written with digits alone: no sign, no `0x10`, no `1e3`, no empty word. */
export const count = () =>
  kindOfField(
    'count',
    z
      .string()
      .regex(/^(?:0|[1-9]\d{0,3})$/u)
      .transform(Number),
  );
/** Milliseconds, from `90s`, `10m`, `6h`, `7d` or `1h30m`. */
export const duration = () =>
  kindOfField(
    'duration',
    z.string().transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== null) return ms;
      context.addIssue({ code: 'custom', message: 'duration' });
      return z.NEVER;
    }),
  );
/** Free text of at most 200 characters, on one line. */
export const text = () =>
  kindOfField(
    'text',
    z
      .string()
      .trim()
      .min(1)
      .max(200)
      .regex(/^[^\n\r]*$/u),
  );
/** The name of a rule; that there is one is checked by whoever looks. */
export const rule = () => kindOfField('rule', z.string().regex(/^\S{1,80}$/u));
/** One word: a name that only the handler can judge. */
export const word = () => kindOfField('word', z.string().regex(/^\S{1,80}$/u));
/** A machine, a service or a database: whatever has a name here. */
export const thing = () => kindOfField('thing', z.string().regex(/^\S{1,80}$/u));
/** A release of the ledger: its number. */
export const release = () =>
  kindOfField(
    'release',
    z
      .string()
      .regex(/^#?[1-9]\d{0,6}$/u)
      .transform((value) => Number(value.replace('#', ''))),
  );
/** An operation's short id. */
export const operationId = () =>
  kindOfField(
    'operation',
    z
      .string()
      .regex(/^[a-z0-9]{3,8}$/iu)
      .transform((value) => value.toLowerCase()),
  );
/** The name of an action, of one word or two. */
export const actionName = () => kindOfField('action', z.string().regex(/^[\p{L}-]{1,40}(?: [\p{L}-]{1,40})?$/u));
/** How an operation ended, as a person says it; French words too. */
export const outcome = () =>
  kindOfField(
    'outcome',
    z.enum(['done', 'failed', 'fait', 'échoué', 'echoue']).transform((value) => (value === 'done' || value === 'fait' ? 'done' : 'failed')),
  );
/** A Mattermost user name, with or without the sign in front; that it is somebody is checked while planning. */
export const person = () =>
  kindOfField(
    'person',
    z
      .string()
      .regex(/^@?[a-z0-9][a-z0-9._-]{0,63}$/iu)
      .transform((name) => name.replace('@', '').toLowerCase()),
  );
/** Days to come: `3d`, `2026-12-01`, `2026-12-01..2026-12-03`, `tuesday`, `mardi`, `tomorrow`. */
export const days = () =>
  kindOfField(
    'days',
    z.string().transform((words, context) => {
      const read = parseDays(words);
      if (read !== null) return read;
      context.addIssue({ code: 'custom', message: 'days' });
      return z.NEVER;
    }),
  );
/** A database's name; that the configuration names it is checked while planning. `db:` in front tells it from a VM. */
export const database = () =>
  kindOfField(
    'database',
    z
      .string()
      .regex(/^(?:db:)?[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u)
      .transform(withoutKind),
  );
/** A database's name or a VM's, `db:` or `vm:` in front where both are called so. */
export const databaseOrGuest = () => kindOfField('database', z.string().regex(/^(?:(?:db|vm):)?[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u));
/** A backup of the ledger: its id, or the beginning of it. */
export const backup = () =>
  kindOfField(
    'backup',
    z
      .string()
      .regex(/^[a-z0-9]{1,8}$/iu)
      .transform((value) => value.toLowerCase()),
  );
/** A moment of the past: `14:05`, `3h`, `yesterday 14:00`, `hier 14h`, `lundi 3h`, `2026-11-27 14:00`, `2 h ago`. */
export const moment = () =>
  kindOfField(
    'moment',
    z.string().transform((words, context) => {
      const read = parseMoment(words);
      if (read !== null) return read;
      context.addIssue({ code: 'custom', message: 'moment' });
      return z.NEVER;
    }),
  );
/** The same, and `10m` or `6h` for so long ago: where `3h` is no clock's. */
export const pastOrAgo = () =>
  kindOfField(
    'past',
    z.string().transform((words, context) => {
      const ms = parseDuration(words);
      const read: Moment | null = ms === null ? parseMoment(words) : { kind: 'ago', ms };
      if (read !== null) return read;
      context.addIssue({ code: 'custom', message: 'past' });
      return z.NEVER;
    }),
  );
/** How grave something is at least: `error`, `warning`, …, in either language, or as the journal calls it. */
export const severity = () =>
  kindOfField(
    'level',
    z.string().transform((word, context) => {
      const read = severityNamed(word);
      if (read !== null) return read;
      context.addIssue({ code: 'custom', message: 'level' });
      return z.NEVER;
    }),
  );
/** Present or not; takes no value. */
export const flag = () => kindOfField('flag', z.literal(true));
