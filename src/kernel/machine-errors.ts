/** Codes of what goes wrong with the power and the consoles of machines, with the parameters that their words use. */
export const MACHINE_ERRORS = {
  machines_not_configured: [],
  machine_unknown: ['machine', 'nearest', 'known'],
  machine_unreachable: ['machine', 'reason'],
  machine_password: ['machine', 'at'],
  machine_refused: ['machine', 'doing', 'value'],
  machine_off: ['machine'],
  machine_fenced: ['machine', 'guests'],
  machine_guests: ['machine', 'guests'],
  machine_hypervisor_silent: ['machine', 'problem'],
  machine_no_clean_way: ['machine', 'host'],
  machine_not_there: ['machine', 'wanted', 'state', 'waited'],
} as const;
