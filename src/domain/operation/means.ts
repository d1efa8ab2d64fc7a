/** How somebody reached vigie: what a vote is worth depends on it. */
export type Means = 'reaction' | 'post' | 'slash' | 'button' | 'socket';
