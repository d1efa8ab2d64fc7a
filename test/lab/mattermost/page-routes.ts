import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import type { Lab } from './lab.ts';
import { hasRole, newToken } from './world.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page to chat in as several people, and the scenes that it may ask for. */
export interface DemoPage {
  /** Where its files are. */
  readonly folder: string;
  scenes(): readonly { readonly name: string; readonly title: string }[];
  /** @returns false where there is no such scene, or none may be played now */
  play(scene: string): boolean;
}

/** The demo's page, and the tokens with which it speaks as several people. Never on a real server: served only when a folder is given. */
export function pageRoutes(lab: Lab, page: DemoPage): Route[] {
  return [
    { method: 'GET', pattern: '/lab/people', open: true, handle: () => people(lab) },
    { method: 'GET', pattern: '/lab/scenes', open: true, handle: () => ok(page.scenes()) },
    {
      method: 'POST',
      pattern: '/lab/scenes/{name:word}',
      open: true,
      handle: (call: Call) => ok({ plays: page.play(call.param('name')) }),
    },
    { method: 'GET', pattern: '/', open: true, handle: () => file(page.folder, 'index.html') },
    { method: 'GET', pattern: '/{name:word}', open: true, handle: (call: Call) => file(page.folder, call.param('name')) },
  ];
}

/** Everybody who can be played, each with a session: people in service who can log in and are in a team. The lab's own `admin` can't log in. */
function people(lab: Lab): Answer {
  const { world } = lab;
  const active = [...world.users.values()].filter(
    (user) => user.is_bot !== true && user.delete_at === 0 && user.remote_id === '' && world.passwords.has(user.id),
  );
  const inTeams = active.filter((user) => world.teamMembers.values().some((members) => members.has(user.id)));
  return ok(
    inTeams.map((user) => ({
      id: user.id,
      username: user.username,
      nickname: user.nickname,
      position: user.position,
      admin: hasRole(user, 'system_admin'),
      token: sessionOf(lab, user.id),
    })),
  );
}

function sessionOf(lab: Lab, userId: string): string {
  return lab.world.tokens.entries().find(([, owner]) => owner === userId)?.[0] ?? newToken(lab.world, userId);
}

/** A file of the folder itself; names have no slash. */
async function file(webRoot: string, name: string): Promise<Answer> {
  const path = join(webRoot, normalize(name));
  const type = TYPES[extname(path)];
  if (type === undefined || !path.startsWith(normalize(webRoot))) return { status: 404, json: {} };
  try {
    return { status: 200, raw: { type, bytes: await readFile(path) } };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { status: 404, json: {} };
    throw error;
  }
}
