import { VigieError } from '#kernel/errors.ts';
import { asked } from '#domain/routes/judge.ts';
import type { TraefikAnswer } from '#domain/routes/served.ts';
import type { RoutesReader } from '#ports/routes.ts';
import { absent, bad, good, type Finding, type Words } from '../../finding.ts';
import type { Examination } from '../system.ts';

/** Whether labels ask for routes, and whether each Traefik says what it serves. */
export async function lookAtRoutes(routes: RoutesReader | null, { words }: Examination): Promise<readonly Finding[]> {
  if (routes === null) return [absent('routes', 'neither a Swarm nor traefik.api configured: no routes, no why')];
  const answers = await routes.served();
  const apis =
    answers.length === 0
      ? [absent('Traefik', 'no traefik.api configured: labels alone tell')]
      : answers.map((each) => lookAtApi(each, words));
  return [await lookAtLabels(routes, words), ...apis];
}

async function lookAtLabels(routes: RoutesReader, words: Words): Promise<Finding> {
  try {
    const services = await routes.labelled();
    const routers = asked({ services, settings: routes.settings() });
    const unread = routers.filter(({ router }) => router.unread !== null);
    const names = unread.map(({ service, router }) => `${service.name} ${router.rule}`).join(', ');
    if (unread.length > 0)
      return bad('routes', `${unread.length} of ${routers.length} rules can't be read: ${names}. \`routes\` says what of them`);
    return good('routes', `${routers.length} routers of ${services.length} services, by their labels`);
  } catch (error) {
    if (error instanceof VigieError && error.code === 'swarm_not_configured') return absent('routes', 'no Swarm configured: no labels');
    return bad('routes', words(error));
  }
}

function lookAtApi({ name, view, problem }: TraefikAnswer, words: Words): Finding {
  const what = `Traefik ${name}`;
  if (problem !== null) return bad(what, words(new VigieError(problem.code, problem.params)));
  return good(what, `serves ${view?.routers.length ?? 0} routers${view?.generation === 1 ? ' (version 1)' : ''}`);
}
