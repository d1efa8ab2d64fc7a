import type { ClientName, Clients, ReadClients } from '#ports/clients.ts';

/** Only the clients that a handler declared: what it doesn't name, it can't touch. */
export function clientsFor<C extends ReadClients>(clients: Clients & C, uses: readonly ClientName[]): C {
  const picked = new Map<string, unknown>(uses.map((name) => [name, clients[name]]));
  return new Proxy(clients, {
    get: (_, property) => {
      if (typeof property === 'string' && picked.has(property)) return picked.get(property);
      throw new TypeError(`the handler doesn't declare "${String(property)}" in its uses`);
    },
  });
}
