/** Rights by path, as `/access/permissions` tells them of whoever asks: true when they hold below that path too. */
export type Rights = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

/** What vigie needs, and where it has to hold. */
export const NEEDED = {
  'VM.Audit': '/vms',
  'VM.Snapshot': '/vms',
  'VM.Snapshot.Rollback': '/vms',
  'VM.Backup': '/vms',
  'VM.PowerMgmt': '/vms',
  'VM.Migrate': '/vms',
  'Datastore.Audit': '/storage',
  'Datastore.AllocateSpace': '/storage',
  'Sys.Audit': '/',
} as const;

export type Right = keyof typeof NEEDED;

/** Any of them lets vigie ask a guest's agent; they were renamed in Proxmox 9. */
const AGENT_RIGHTS = ['VM.GuestAgent.Audit', 'VM.GuestAgent.Unrestricted', 'VM.Monitor'];

/** What a VM's restore takes besides. `SDN.Use` is asked for since Proxmox 8, for bridges, too. */
const RESTORE_RIGHTS = ['VM.Allocate', 'VM.Config.Options', 'VM.Config.Network', 'SDN.Use'];

/** Whether a right holds for everything of its kind. */
export function holds(rights: Rights, right: Right): boolean {
  return reaches(rights, right, NEEDED[right]);
}

/** Those that hold for no guest, no storage, or not for the cluster. */
export function missingRights(rights: Rights): readonly Right[] {
  return NAMES.filter((right) => !holds(rights, right) && !somewhere(rights, right));
}

/** Those that hold for some guests or storages only, which are all that vigie sees. */
export function narrowRights(rights: Rights): readonly Right[] {
  return NAMES.filter((right) => !holds(rights, right) && somewhere(rights, right));
}

export function mayAskAgents(rights: Rights): boolean {
  return AGENT_RIGHTS.some((right) => reaches(rights, right, '/vms'));
}

export function maySeeScreens(rights: Rights): boolean {
  return reaches(rights, 'VM.Console', '/vms');
}

/** Those without which no VM can be restored. */
export function missingToRestore(rights: Rights): readonly string[] {
  return RESTORE_RIGHTS.filter((right) => !reaches(rights, right, right === 'SDN.Use' ? '/sdn' : '/vms'));
}

const NAMES: readonly Right[] = [
  'VM.Audit',
  'VM.Snapshot',
  'VM.Snapshot.Rollback',
  'VM.Backup',
  'VM.PowerMgmt',
  'VM.Migrate',
  'Datastore.Audit',
  'Datastore.AllocateSpace',
  'Sys.Audit',
];

/** On `/` itself a right counts even if it holds only there; elsewhere it must hold below. */
function reaches(rights: Rights, right: string, path: string): boolean {
  if (path === '/') return rights['/']?.[right] !== undefined;
  return rights['/']?.[right] === true || rights[path]?.[right] === true;
}

/** Guests are reached through pools too. */
function somewhere(rights: Rights, right: Right): boolean {
  const root = NEEDED[right];
  if (root === '/') return false;
  return Object.entries(rights).some(
    ([path, held]) => (path.startsWith(`${root}/`) || path.startsWith('/pool/')) && held[right] !== undefined,
  );
}
