import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { Page, Pager } from '#ports/pager.ts';

/** The far side of a pager, as the suite plays with it. */
export interface PagerStage {
  readonly pager: Pager;
  /** The deadline of one try, ms: short enough to be waited for. */
  readonly timeoutMs: number;
  /** What must never stand in an error. */
  readonly secrets: readonly string[];
  /** Everything that was taken, as text. */
  taken(): readonly string[];
  /** How often somebody connected or asked. */
  tries(): number;
  takes(): void;
  /** Says no, repeating every secret that it knows. */
  refuses(): void;
  /** Takes what it is sent and never answers. */
  hangs(): void;
  /** Ends the next so many connections. */
  breaks(times: number): void;
  /** Nobody listens any more. */
  stop(): Promise<void>;
}

export const PAGE: Page = {
  key: 'alert:k7f',
  severity: 'critical',
  title: 'pica01: disque plein à 97 %',
  text: 'Depuis 03:12.\nPersonne n’a répondu.',
  link: 'https://team.example.org/picasoft/pl/abc',
  person: null,
};

/** What every pager does, whatever it is made of. */
export function pagerContract(open: () => Promise<PagerStage>): void {
  let stage: PagerStage;
  beforeEach(async () => {
    stage = await open();
  });
  afterEach(async () => {
    await stage.pager.close();
    await stage.stop();
  });

  const failure = async (signal?: AbortSignal): Promise<VigieError> => {
    const error: unknown = await stage.pager.page(PAGE, signal).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof VigieError)) throw new Error(`expected a VigieError, got ${inspect(error)}`);
    return error;
  };

  it('brings title, text and link to the other side, once', async () => {
    await stage.pager.page(PAGE);
    const [one, ...more] = stage.taken();
    expect(more).toEqual([]);
    for (const part of [PAGE.title, 'Depuis 03:12.', 'Personne n’a répondu.', PAGE.link]) expect(one).toContain(part);
    expect(stage.tries()).toBe(1);
  });

  it('goes without a link', async () => {
    await stage.pager.page({ ...PAGE, link: null });
    expect(stage.taken()).toHaveLength(1);
    expect(stage.taken()[0]).not.toContain('undefined');
  });

  it('tells a refusal, and does not insist', async () => {
    stage.refuses();
    const error = await failure();
    expect(error.code).toBe('pager_refused');
    expect(error.params).toMatchObject({ pager: stage.pager.name });
    expect(Number(error.params['status'])).toBeGreaterThanOrEqual(400);
    expect(stage.tries()).toBe(1);
    expect(stage.taken()).toEqual([]);
  });

  it('gives up on a server that hangs, and does not page twice', async () => {
    stage.hangs();
    const error = await failure();
    expect(error.problem()).toEqual({
      code: 'pager_unreachable',
      params: { pager: stage.pager.name, reason: `no answer within ${stage.timeoutMs} ms` },
    });
    expect(stage.tries()).toBe(1);
  });

  it('tries again when the connection broke', async () => {
    stage.breaks(2);
    await stage.pager.page(PAGE);
    expect(stage.taken()).toHaveLength(1);
    expect(stage.tries()).toBe(3);
  });

  it('tries three times, no more', async () => {
    stage.breaks(5);
    expect((await failure()).code).toBe('pager_unreachable');
    expect(stage.tries()).toBe(3);
    expect(stage.taken()).toEqual([]);
  });

  it('says that nobody listens', async () => {
    await stage.stop();
    const error = await failure();
    expect(error.code).toBe('pager_unreachable');
    expect(String(error.params['reason'])).toContain('ECONNREFUSED');
  });

  it('stops when its signal aborts, with that reason', async () => {
    stage.hangs();
    const enough = new Error('enough');
    const controller = new AbortController();
    const paging = stage.pager.page(PAGE, controller.signal);
    controller.abort(enough);
    await expect(paging).rejects.toBe(enough);
    await expect(stage.pager.page(PAGE, controller.signal)).rejects.toBe(enough);
  });

  it('pages again after it failed', async () => {
    stage.refuses();
    await failure();
    stage.takes();
    await stage.pager.page(PAGE);
    expect(stage.taken()).toHaveLength(1);
  });

  it('shows no secret in an error, whatever the other side says', async () => {
    expect(stage.secrets.length).toBeGreaterThan(0);
    stage.refuses();
    const refused = await failure();
    await stage.stop();
    const unreachable = await failure();
    for (const secret of stage.secrets)
      expect(`${inspect(refused, { depth: 9, showHidden: true })}${inspect(unreachable, { depth: 9, showHidden: true })}`).not.toContain(
        secret,
      );
  });
}
