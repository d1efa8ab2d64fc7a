import type { ClientChannel, SFTPWrapper } from 'ssh2';

/** How a command ended: undefined until it did, null when a signal ended it. */
export interface Exit {
  code: number | null | undefined;
}

/** To be called at the very moment at which a channel opens: a quick command's end arrives together with the answer that it was begun, and is told once. */
export function watchExit(channel: ClientChannel | SFTPWrapper): Exit {
  const exit: Exit = { code: undefined };
  channel.on('exit', (code: number | null) => (exit.code = code));
  return exit;
}
