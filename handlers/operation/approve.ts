import { defineVote } from '#kit';

export default defineVote({ id: 'approve', verdict: 'approve' });
