/** Tells somebody outside that vigie lives. Who hears nothing for too long raises the alarm. */
export interface Heartbeat {
  /** Resolves once it was heard. @throws heartbeat_failed, without the address; or the signal's reason when it aborts */
  beat(signal?: AbortSignal): Promise<void>;
}
