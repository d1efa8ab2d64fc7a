import {
  defineAction,
  flag,
  planHeal,
  planSettle,
  runHeal,
  runSettle,
  target,
  verifyHeal,
  verifySettle,
  VigieError,
  volume,
  volumeFile,
  word,
  z,
  type HealBasis,
  type SettleBasis,
} from '#kit';

/** Lets a volume catch up on what its bricks owe each other; or ends the split-brain of one file, from the side that is right. */
export default defineAction({
  id: 'heal',
  uses: ['volumes'],
  args: ['volume', 'file'],
  input: z.strictObject({ volume: volume(), file: volumeFile().optional(), side: word().optional(), full: flag().optional() }),
  timeout: '12h',
  cancel: 'between-steps',
  async plan({ input, clients, signal }): Promise<{
    basis: HealBasis | SettleBasis;
    effects: Awaited<ReturnType<typeof planHeal>>['effects'];
  }> {
    const { file, side: from, full } = input;
    if (file === undefined && from !== undefined) throw new VigieError('heal_file_missing', { volume: input.volume, from });
    if (file === undefined) return await planHeal(clients, { volume: input.volume, how: full === undefined ? 'index' : 'full' }, signal);
    if (full !== undefined) throw new VigieError('heal_full_file', { volume: input.volume, file });
    if (from === undefined) {
      const sides = await clients.volumes.sides(input.volume, file, signal);
      throw new VigieError('heal_from_missing', { volume: input.volume, file, known: [...new Set(sides.map(({ machine }) => machine))] });
    }
    return await planSettle(clients, { volume: input.volume, file, from }, signal);
  },
  // What the other side holds is overwritten.
  risk: ({ file }) => (file === undefined ? 'change' : 'danger'),
  target: (_input, basis) => target(basis.volume),
  locks: (_input, basis) => [`volume:${basis.volume}`],
  run: async ({ basis, ...context }) =>
    basis.kind === 'heal' ? await runHeal({ ...context, basis }) : await runSettle({ ...context, basis }),
  verify: async ({ basis, clients, step, signal }) =>
    basis.kind === 'heal' ? verifyHeal() : await verifySettle(clients, basis, step, signal),
});
