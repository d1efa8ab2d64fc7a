import { defineVote } from '#kit';

export default defineVote({ id: 'deny', verdict: 'veto' });
