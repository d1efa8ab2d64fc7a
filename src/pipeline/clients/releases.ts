import type { Release } from '#domain/operation/commit.ts';
import type { Releases } from '#ports/clients.ts';
import type { Store } from '#ports/store.ts';

/** vigie's own ledger of what services ran. */
export function releasesOf(store: () => Store): Releases {
  return {
    list: (service, limit) => store().ledger.releases(service, limit),
    enter: (release) => store().operations.commit({ releases: [release], audit: [entered(release)] }),
  };
}

function entered({ operation, service, digest, origin }: Release) {
  return { kind: 'release', operation, by: 'vigie', detail: { service, digest, origin } };
}
