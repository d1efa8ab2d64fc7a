import { defineVote } from '#kit';

export default defineVote({ id: 'cancel', verdict: 'cancel' });
