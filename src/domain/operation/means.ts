/** How somebody reached vigie: what a vote is worth depends on it. `schedule`: nobody did, a job is due. */
export type Means = 'reaction' | 'post' | 'slash' | 'button' | 'socket' | 'schedule';

/** The websocket and vigie's own socket: the ways in which nobody can speak in another's name. */
export const PROVEN: readonly Means[] = ['reaction', 'post', 'socket'];

/**
 * What shows who asked. `own`: the author's own post or reaction, the owner of an account, or the configuration itself. `signed`: a
 * trigger that the chat server signed for that very user a moment ago, which an integration that they touched may play back.
 * `unsigned`: a token alone, of a server that signs nothing; team administrators can read it.
 */
export type Proof = 'own' | 'signed' | 'unsigned';
