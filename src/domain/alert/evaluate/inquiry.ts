import type { Json, JsonObject } from '#kernel/json.ts';

/** A search that an evaluation wants answered: the body of Elasticsearch's `_search`. */
export interface Question {
  readonly index: string;
  readonly body: JsonObject;
  /** What can't be answered counts as nothing found: the look goes on without. */
  readonly dispensable?: true;
  /** What the server refuses for its size is an answer: whoever asks goes on in smaller parts. */
  readonly divisible?: true;
}

export interface FoundDocument {
  readonly id: string;
  readonly index: string;
  readonly source: JsonObject;
  readonly sort: readonly Json[];
  /** What `docvalue_fields` asked for. */
  readonly fields?: JsonObject;
}

export interface Answer {
  readonly total: number;
  readonly hits: readonly FoundDocument[];
  /** There were more of them than one answer may hold: go on behind the last one. */
  readonly cut?: boolean;
  readonly aggregations: JsonObject;
  /** Nothing was answered: it would have been more than the server gives at once. Only of what is divisible. */
  readonly tooLarge?: true;
}

/**
 * An evaluation that asks as it goes: each step yields the searches that it needs at once, and is resumed with their answers in the same order.
 * So it stays pure, and whoever runs several of them puts the steps of all into one round trip.
 */
export type Inquiry<Result> = Generator<readonly Question[], Result, readonly Answer[]>;

/** Runs two inquiries step by step beside each other, so that they share their round trips. */
export function* together<First, Second>(first: Inquiry<First>, second: Inquiry<Second>): Inquiry<readonly [First, Second]> {
  let one = first.next();
  let two = second.next();
  while (one.done !== true || two.done !== true) {
    const [mine, other] = [asked(one), asked(two)];
    const answers = yield [...mine, ...other];
    if (one.done !== true) one = first.next(answers.slice(0, mine.length));
    if (two.done !== true) two = second.next(answers.slice(mine.length));
  }
  return [one.value, two.value];
}

function asked(step: IteratorResult<readonly Question[], unknown>): readonly Question[] {
  return step.done === true ? [] : step.value;
}

/** One question, one answer. */
export function* ask(question: Question): Inquiry<Answer> {
  const [answer] = yield [question];
  if (answer === undefined) throw new TypeError('a question was left without an answer');
  return answer;
}

/** So many searches at once are asked for one rule: a long stop isn't caught up with in one request. */
const AT_ONCE = 200;

/** Any number of questions, in several steps if there are many. */
export function* askAll(questions: readonly Question[]): Inquiry<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let index = 0; index < questions.length; index += AT_ONCE) answers.push(...(yield questions.slice(index, index + AT_ONCE)));
  return answers;
}
