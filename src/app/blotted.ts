import type { Blot } from '#kernel/blot.ts';
import { mapTexts, type Json } from '#kernel/json.ts';
import type { Problem } from '#kernel/errors.ts';
import type { Alert } from '#domain/alert/alert.ts';
import type { Commit, Transition } from '#domain/operation/commit.ts';
import type { Operation } from '#domain/operation/operation.ts';
import type { Gateway } from '#ports/gateway.ts';
import type { Store } from '#ports/store.ts';

/**
 * A store that keeps no secret which somebody else's error, log or document brought along. What vigie works with stays as it is: input,
 * plans, specifications to go back to. What is only ever shown is blotted.
 */
export function blottedStore(store: Store, blot: Blot): Store {
  return {
    ...store,
    operations: {
      ...store.operations,
      commit: (commit) => store.operations.commit(blottedCommit(commit, blot)),
      note: (commit) => store.operations.note(blottedCommit(commit, blot)),
    },
    journal: { ...store.journal, finish: (operation, name, result) => store.journal.finish(operation, name, blotSentences(result, blot)) },
    outbox: { ...store.outbox, giveUp: (key, version, reason) => store.outbox.giveUp(key, version, blot(reason)) },
    pages: { ...store.pages, giveUp: (key, pager, reason) => store.pages.giveUp(key, pager, blot(reason)) },
  };
}

function blottedCommit(commit: Commit, blot: Blot): Commit {
  const { create, createAll, transitions, book, pages, freezes, audit, say } = commit;
  return {
    ...commit,
    ...(create === undefined ? {} : { create: { ...create, ...blottedPatch(create, blot) } }),
    ...(createAll === undefined ? {} : { createAll: createAll.map((each) => ({ ...each, ...blottedPatch(each, blot) })) }),
    ...(transitions === undefined ? {} : { transitions: transitions.map((each) => blottedTransition(each, blot)) }),
    ...(book === undefined ? {} : { book: blottedBook(book, blot) }),
    ...(pages === undefined ? {} : { pages: pages.map((page) => ({ ...page, data: mapTexts(page.data, blot) })) }),
    ...(freezes === undefined ? {} : { freezes: freezes.map((freeze) => ({ ...freeze, reason: blot(freeze.reason) })) }),
    ...(audit === undefined ? {} : { audit: audit.map((entry) => ({ ...entry, detail: mapTexts(entry.detail, blot) })) }),
    ...(say === undefined
      ? {}
      : { say: say.map((each) => ({ ...each, message: { ...each.message, data: mapTexts(each.message.data, blot) } })) }),
  };
}

function blottedTransition(transition: Transition, blot: Blot): Transition {
  return { ...transition, patch: { ...transition.patch, ...blottedPatch(transition.patch, blot) } };
}

/** Of an operation, what people read of it. */
function blottedPatch({ problem, held, result, progress, emergency }: Partial<Operation>, blot: Blot): Partial<Operation> {
  return {
    ...(problem === undefined ? {} : { problem: blottedProblem(problem, blot) }),
    ...(held === undefined ? {} : { held: blottedProblem(held, blot) }),
    ...(result === undefined ? {} : { result: blotTexts(result, blot) }),
    ...(progress === undefined ? {} : { progress: blotTexts(progress, blot) }),
    ...(emergency === undefined ? {} : { emergency: emergency === null ? null : blot(emergency) }),
  };
}

function blottedProblem(problem: Problem | null, blot: Blot): Problem | null {
  return problem === null ? null : { code: problem.code, params: mapTexts(problem.params, blot) };
}

function blottedBook(book: NonNullable<Commit['book']>, blot: Blot): NonNullable<Commit['book']> {
  const { alerts, silences } = book;
  return {
    ...book,
    ...(alerts === undefined ? {} : { alerts: alerts.map((alert) => blottedAlert(alert, blot)) }),
    ...(silences === undefined ? {} : { silences: silences.map((silence) => ({ ...silence, reason: blot(silence.reason) })) }),
  };
}

/** The key stays: it says which alert this is. */
function blottedAlert(alert: Alert, blot: Blot): Alert {
  return { ...alert, value: blotTexts(alert.value, blot), document: mapTexts(alert.document, blot) };
}

function blotTexts(value: Json, blot: Blot): Json {
  return mapTexts({ value }, blot)['value'] ?? null;
}

/** Of a step's result, whole sentences: a name in it may be what a later step looks for. */
function blotSentences(value: Json, blot: Blot): Json {
  return blotTexts(value, (text) => (/\s/u.test(text) ? blot(text) : text));
}

/** Answers of the ways in that aren't the chat's. */
export function blottedGateway(gateway: Gateway, blot: Blot): Gateway {
  return {
    slash: async (command) => blot(await gateway.slash(command)),
    click: async (click) => blot(await gateway.click(click)),
    local: (command, tell, signal) => gateway.local(command, (words, isCode) => tell(blot(words), isCode), signal),
  };
}
