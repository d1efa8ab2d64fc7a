import type { SystemTable } from '#app/app/systems.ts';
import { defineSystem } from '#app/app/systems/system.ts';

declare const table: SystemTable;
const { search: _search, ...withoutResource } = table;
const { swarm: _swarm, ...withoutClient } = table;

// @ts-expect-error -- a system that vigie's stages work on is forgotten
export const withoutSearch: SystemTable = withoutResource;
// @ts-expect-error -- a system that handlers use is forgotten
export const withoutSwarm: SystemTable = withoutClient;

const silent = defineSystem({ missing: null, connect: async () => null, close: async () => undefined });
// @ts-expect-error -- handlers would get nothing where it isn't configured
export const mute: SystemTable = { ...table, swarm: silent };
