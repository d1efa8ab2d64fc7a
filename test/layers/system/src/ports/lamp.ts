/** A light that turns where somebody sleeps. Every method may throw `lamp_not_configured`, and `lamp_unreachable`. */
export interface LampReader {
  turns(signal?: AbortSignal): Promise<boolean>;
}

export interface Lamp extends LampReader {
  turn(on: boolean, signal?: AbortSignal): Promise<void>;
}
