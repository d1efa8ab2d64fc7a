import type { z } from 'zod';
import type { Json, JsonObject } from '#kernel/json.ts';
import type { Effect, Person } from '#domain/operation/operation.ts';
import type { Risk } from '#domain/operation/states.ts';
import type { Target } from '#domain/operation/target.ts';
import type { Verdict } from '#domain/operation/votes.ts';
import type { ClientName, Clients, ReadClients } from '#ports/clients.ts';
import type { StepMode } from '#ports/store.ts';

type Shape = z.ZodObject<Readonly<Record<string, z.ZodType<unknown, string | true | undefined>>>, z.core.$strict>;

export interface QueryContext<I extends Shape, U extends ClientName> {
  readonly input: z.output<I>;
  readonly clients: Pick<ReadClients, U>;
  readonly person: Person;
  readonly signal: AbortSignal;
}

/** A read: runs at once, changes nothing, leaves one line in the audit. */
export interface QueryDefinition<I extends Shape, U extends ClientName> {
  readonly id: string;
  readonly uses: readonly U[];
  readonly args?: readonly (string & keyof z.input<I>)[];
  /** The last positional field takes all words that remain. */
  readonly rest?: boolean;
  readonly input: I;
  /** Answers in the private acknowledgement, to nobody else. */
  readonly private?: boolean;
  /** For everybody, also without a role: it says nothing that isn't about whoever asks. */
  readonly everybody?: boolean;
  /** What it is about, by its own names, looked up before anything is answered; left out, the first positional field as it was typed. */
  target?(context: QueryContext<I, U>): Promise<Target | null>;
  run(context: QueryContext<I, U>): Promise<JsonObject>;
  /** Only those may ask who may ask for something of this risk: what it shows isn't for everybody who may look. */
  readonly risk?: Risk;
  /** How long the answer goes on after it was given, in milliseconds; null: it doesn't. */
  goesOnFor?(input: z.output<I>): number | null;
  /** Says more in the answer's thread. It is ended when vigie stops, and begun anew by nobody. */
  goOn?(context: GoingOn<I, U>): Promise<void>;
}

type GoingOn<I extends Shape, U extends ClientName> = QueryContext<I, U> & {
  /** What was answered. */
  readonly answer: JsonObject;
  /** Waits, or rejects when vigie stops. */
  readonly pause: (ms: number) => Promise<void>;
  /** Another answer, in the same words. */
  readonly say: (data: JsonObject) => Promise<void>;
};

export type PlanContext<I extends Shape, U extends ClientName> = QueryContext<I, U> & { readonly operation: string };

export interface RunContext<I extends Shape, U extends ClientName, B extends Json> {
  readonly input: z.output<I>;
  readonly basis: B;
  readonly clients: Pick<Clients, U>;
  readonly person: Person;
  readonly approvers: readonly Person[];
  readonly operation: string;
  readonly signal: AbortSignal;
  /** Waits, or rejects when the operation is cancelled or out of time. */
  readonly pause: (ms: number) => Promise<void>;
  /** Shows how far it is in the operation's post. */
  readonly progress: (data: JsonObject) => Promise<void>;
  /**
   * One effect, in the journal before it is done and again with its result. A step that was finished before a crash
   * isn't run again: its stored result is returned. `once`: a crash inside whose outcome nobody can tell is indeterminate.
   */
  readonly step: <R extends Json>(name: string, mode: StepMode, act: (signal: AbortSignal) => Promise<R>) => Promise<R>;
  /**
   * Puts back what a run that ends badly leaves behind, for its `catch`: done although the operation was cancelled or is out of time, and again after a crash. Where vigie merely
   * stops it isn't: the run goes on at the next start.
   */
  readonly putBack: (act: PuttingBack) => Promise<void>;
}

/** With a signal and a pause of its own: the run's are aborted already. */
export type PuttingBack = (signal: AbortSignal, pause: (ms: number) => Promise<void>) => Promise<void>;

/** What `verify` finds out about a step that was begun and not finished. */
export type StepFinding =
  | { readonly state: 'done'; readonly result: Json }
  | { readonly state: 'not-done' }
  | { readonly state: 'unknown' };

export interface ActionDefinition<I extends Shape, U extends ClientName, B extends Json> {
  readonly id: string;
  readonly risk: Risk | ((input: z.output<I>, basis: B) => Risk);
  /** The only clients that it receives. */
  readonly uses: readonly U[];
  /** Positional fields in order; all others are options. The first one is the target. */
  readonly args?: readonly (string & keyof z.input<I>)[];
  readonly rest?: boolean;
  readonly input: I;
  /** A duration such as `2m`; what takes longer is aborted. */
  readonly timeout: string;
  readonly cancel: 'between-steps' | 'never';
  /** Never with `--emergency`: what deletes the way back, and vigie's own deployment. */
  readonly emergency?: 'never' | ((input: z.output<I>, basis: B) => boolean);
  /** Only reads. No effects: there is nothing to do. */
  plan(context: PlanContext<I, U>): Promise<{ readonly basis: B; readonly effects: readonly Effect[] }>;
  /** What it is done to, by its own names; left out, the first positional field as it was typed. */
  target?(input: z.output<I>, basis: B): Target;
  locks(input: z.output<I>, basis: B): readonly string[];
  run(context: RunContext<I, U, B>): Promise<JsonObject>;
  verify(
    context: Omit<RunContext<I, U, B>, 'step' | 'progress' | 'putBack'> & { readonly step: string; readonly startedAt: number },
  ): Promise<StepFinding>;
}

/** An action as the pipeline holds it: types erased, since inputs and bases come back from the store. */
export type AnyAction = ActionDefinition<Shape, ClientName, Json> & { readonly kind: 'action' };
export type AnyQuery = QueryDefinition<Shape, ClientName> & { readonly kind: 'query' };
/** The same vote as a reaction, typed. */
export interface VoteDefinition {
  readonly kind: 'vote';
  readonly id: string;
  readonly verdict: Verdict;
}
export type AnyHandler = AnyAction | AnyQuery | VoteDefinition;

export function defineAction<I extends Shape, const U extends ClientName, B extends Json>(
  definition: ActionDefinition<I, U, B>,
): ActionDefinition<I, U, B> & { readonly kind: 'action' } {
  return { ...definition, kind: 'action' };
}

export function defineQuery<I extends Shape, const U extends ClientName>(
  definition: QueryDefinition<I, U>,
): QueryDefinition<I, U> & { readonly kind: 'query' } {
  return { ...definition, kind: 'query' };
}

export function defineVote(definition: Omit<VoteDefinition, 'kind'>): VoteDefinition {
  return { ...definition, kind: 'vote' };
}
