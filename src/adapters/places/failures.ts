import { VigieError } from '#kernel/errors.ts';
import type { RemoteFileError } from '#ports/remote.ts';

/** What a file system said, as the error of a place. */
export function failureAt(place: string, path: string, error: RemoteFileError): VigieError {
  if (error.status === 'missing') return missing(place, path, error);
  if (error.status === 'taken') return taken(place, path, error);
  if (error.status === 'denied') return unreachable(place, error.message, error);
  return refused(place, path, error.message, error);
}

export function missing(place: string, path: string, cause?: unknown): VigieError {
  return new VigieError('file_unknown', { place, path }, cause);
}

export function taken(place: string, path: string, cause?: unknown): VigieError {
  return new VigieError('place_exists', { place, path }, cause);
}

export function refused(place: string, path: string, reason: string, cause?: unknown): VigieError {
  return new VigieError('place_refused', { place, path, reason }, cause);
}

export function unreachable(place: string, reason: string, cause?: unknown): VigieError {
  return new VigieError('place_unreachable', { place, reason }, cause);
}

/** @param needed at least so many bytes were to be written */
export function full(place: string, needed: number, free: number, cause: unknown): VigieError {
  return new VigieError('place_full', { place, needed, free }, cause);
}
