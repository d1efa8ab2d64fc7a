/** Why a run is stopped from outside. `park`: vigie is stopping; the operation goes on at the next start. */
export type StopReason = 'cancel' | 'timeout' | 'park';

export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(reason);
    this.reason = reason;
  }
}
