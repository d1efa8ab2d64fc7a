/** Errors of what is made, moved and removed of virtual machines, with what their words may use. */
export const GUEST_ERRORS = {
  guest_backup_gone: ['backup', 'node'],
  guest_name_bad: ['name'],
  guest_name_taken: ['name', 'vmid', 'guest'],
  restore_vm_both: ['guest'],
  restore_vm_container: ['guest', 'vmid'],
  restore_vm_gone: ['guest'],
  restore_vm_ha: ['guest'],
  restore_vm_differs: ['name', 'vmid', 'what'],
  restore_vm_not_undoable: ['operation', 'action', 'state'],
  restore_vm_strange: ['name', 'vmid', 'operation'],
  restore_vm_kept_gone: ['guest', 'vmid', 'operation'],
  backup_elsewhere: ['backup', 'place', 'node', 'copy'],
  guest_number_taken: ['vmid'],
  guest_runs: ['guest'],
} as const satisfies Record<string, readonly string[]>;
