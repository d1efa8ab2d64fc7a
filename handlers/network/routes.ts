import { defineQuery, findingsFor, lastAnswers, nameMeant, nearest, routeLines, seeRoutes, traefikData, VigieError, word, z } from '#kit';

/** Which public name leads to which service, how it answers now, and what isn't as it should be. */
export default defineQuery({
  id: 'routes',
  uses: ['routes', 'prober'],
  args: ['domain'],
  input: z.strictObject({ domain: word().optional() }),
  async run({ input, clients, signal }) {
    const host = input.domain === undefined ? null : await nameMeant(input.domain, clients, signal);
    const { routing, problem } = await seeRoutes(clients, signal);
    const all = routeLines(routing);
    const lines = host === null ? all : all.filter((line) => line.host === host);
    if (host !== null && lines.length === 0 && problem === null)
      throw new VigieError('route_unknown', {
        name: host,
        nearest: nearest(
          host,
          all.map((line) => line.host),
        ),
      });
    const answers = await lastAnswers(
      clients,
      lines.map((line) => line.host),
      signal,
    );
    return {
      one: host,
      problem: problem === null ? null : { ...problem },
      traefiks: traefikData(routing.traefiks),
      routes: lines.map((line) => {
        const answer = answers.get(line.host);
        const state = line.running === 0 || answer?.ok === false ? 'bad' : answer === undefined ? 'unknown' : 'well';
        return { ...line, state, status: answer?.status ?? null, answer: answer?.problem == null ? null : { ...answer.problem } };
      }),
      findings: [...findingsFor(routing, host)],
    };
  },
});
