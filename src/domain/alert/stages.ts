import type { Round, Stage } from './round.ts';
import { ceiling } from './stages/ceiling.ts';
import { decide } from './stages/decide.ts';
import { escalate } from './stages/escalate.ts';
import { group } from './stages/group.ts';
import { inhibit } from './stages/inhibit.ts';
import { rearm } from './stages/rearm.ts';
import { record } from './stages/record.ts';
import { send } from './stages/send.ts';
import { show } from './stages/show.ts';
import { silence } from './stages/silence.ts';
import { together } from './stages/together.ts';

/**
 * The order in which alerts become words, after poll, evaluate and transition have said what is wrong. `decide` waits and
 * deduplicates. "Notified" is recorded after what is sent is made, and stored with it in one transaction.
 */
export const STAGES: readonly Stage[] = [rearm, group, inhibit, silence, together, decide, ceiling, send, record, escalate, show];

export function runStages(round: Round): Round {
  return STAGES.reduce((passed, stage) => stage(passed), round);
}
