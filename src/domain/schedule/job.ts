import type { JsonObject } from '#kernel/json.ts';
import type { Severity } from '../alert/rule.ts';
import type { Schedule } from './schedule.ts';

/** A command of a job: what people would type, and how it was understood. */
export interface JobCommand {
  readonly text: string;
  readonly action: string;
  readonly target: string | null;
  readonly input: JsonObject;
}

/** What vigie does by itself, on schedule. */
export interface Job {
  readonly name: string;
  readonly schedule: Schedule;
  /** They run in this order, one after the other. */
  readonly commands: readonly JobCommand[];
  /** How bad it is when it fails. */
  readonly severity: Severity;
}
