/**
 * Code that skips a stage doesn't compile. Every `@ts-expect-error` is a claim: if the line below it ever compiled, the
 * compiler would complain about the comment. This file is checked, never run.
 */
import { Approved, type approve, type reapprove } from '#pipeline/operation/approve.ts';
import { Authorized, authorize } from '#pipeline/operation/authorize.ts';
import { execute } from '#pipeline/operation/execute.ts';
import type { Parsed } from '#pipeline/operation/parse.ts';
import { Planned, type plan } from '#pipeline/operation/plan.ts';
import { Proven, type prove } from '#pipeline/operation/prove.ts';
import type { Request } from '#pipeline/operation/receive.ts';
import type { Context } from '#pipeline/operation/context.ts';
import type { Proposal } from '#domain/operation/inbound.ts';
import type { Operation, Person } from '#domain/operation/operation.ts';
import { proves, type Same } from './types.ts';

declare const context: Context;
declare const operation: Operation;
declare const person: Person;
declare const parsed: Parsed;
declare const request: Request;
declare const proven: Proven;
declare const proposal: Proposal;
declare const signal: AbortSignal;
declare const authorized: Authorized;
declare const planned: Planned;
declare const approved: Approved;

/** Each is made by its own stage. */
proves<Same<Awaited<ReturnType<typeof prove>>, Proven>>();
proves<Same<Awaited<ReturnType<typeof authorize>>, Authorized>>();
proves<Same<Awaited<ReturnType<typeof plan>>, Planned>>();
proves<Same<Awaited<ReturnType<typeof approve>>, Approved | null>>();
proves<Same<Awaited<ReturnType<typeof reapprove>>, Approved | null>>();

/** Nobody else constructs one. */
// @ts-expect-error the constructor is private
export const constructedProven = new Proven(request, 'own');
// @ts-expect-error the constructor is private
export const constructedAuthorized = new Authorized(person, parsed, proven);
// @ts-expect-error the constructor is private
export const constructedPlanned = new Planned(operation, proposal);
// @ts-expect-error the constructor is private
export const constructedApproved = new Approved(operation, [person]);

/** Nor makes a kind of it. */
// @ts-expect-error what has a private constructor can't be extended
export class ForgedProven extends Proven {}
// @ts-expect-error what has a private constructor can't be extended
export class ForgedAuthorized extends Authorized {}
// @ts-expect-error what has a private constructor can't be extended
export class ForgedPlanned extends Planned {}
// @ts-expect-error what has a private constructor can't be extended
export class ForgedApproved extends Approved {}
// @ts-expect-error a class of one's own has its own private fields, not those of Approved
export class ImplementedApproved implements Approved {
  readonly #approved = true;
  readonly operation = operation;
  readonly approvers = [person];
  get isApproved(): boolean {
    return this.#approved;
  }
}

/** An object literal lacks the private field. */
// @ts-expect-error no literal has #proven
export const literalProven: Proven = { request, proof: 'own', isProven: true };
// @ts-expect-error no literal has #authorized
export const literalAuthorized: Authorized = { person, parsed, isAuthorized: true, proven };
// @ts-expect-error no literal has #planned
export const literalPlanned: Planned = { operation, proposal, isPlanned: true };
// @ts-expect-error no literal has #approved
export const literalApproved: Approved = { operation, approvers: [person], isApproved: true };

/** So does a copy of a true one that says something else. */
// @ts-expect-error a spread leaves #proven behind
export const spreadProven: Proven = { ...proven, proof: 'own' };
// @ts-expect-error a spread leaves #authorized behind
export const spreadAuthorized: Authorized = { ...authorized, person };
// @ts-expect-error a spread leaves #planned behind
export const spreadPlanned: Planned = { ...planned, proposal };
// @ts-expect-error a spread leaves #approved behind
export const spreadApproved: Approved = { ...approved, operation };

/** A true one doesn't change. */
// @ts-expect-error its fields are read-only
authorized.person = person;
// @ts-expect-error its fields are read-only
planned.proposal = proposal;
// @ts-expect-error its fields are read-only
approved.operation = operation;

/** One stage is no other. */
// @ts-expect-error what was said isn't proven
export const skippedProof: Proven = request;
// @ts-expect-error only what was proven is authorized
export const unprovenAuthorization = authorize(context, request, parsed);
// @ts-expect-error authorized isn't planned
export const skippedPlan: Planned = authorized;
// @ts-expect-error planned isn't approved
export const skippedApproval: Approved = planned;
// @ts-expect-error a plain cast between stages doesn't compile either; one through unknown is the linter's (test/layers)
export const castApproval = planned as Approved;

/** What runs was approved: nothing else is taken, and "not now" has to be dealt with first. */
proves<Same<Parameters<typeof execute>[1], Approved>>();
await execute(context, approved, signal);
// @ts-expect-error an operation as such was approved by nobody
await execute(context, operation, signal);
// @ts-expect-error an operation whose state says so was approved by nobody
await execute(context, { ...operation, state: 'approved' }, signal);
// @ts-expect-error a plan was approved by nobody
await execute(context, planned, signal);
// @ts-expect-error a command that may be given was approved by nobody
await execute(context, authorized, signal);
// @ts-expect-error it may have been refused
await execute(context, await approve(context, operation, signal), signal);
