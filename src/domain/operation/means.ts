/** How somebody reached vigie: what a vote is worth depends on it. `schedule`: nobody did, a job is due. */
export type Means = 'reaction' | 'post' | 'slash' | 'button' | 'socket' | 'schedule';
