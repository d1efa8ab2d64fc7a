import { BOUNDS } from '#kernel/bounds.ts';
import { problemOf } from '#kernel/errors.ts';
import { isRecord } from '#kernel/json.ts';
import type { Drawing, Charts } from '#ports/charts.ts';
import type { PostBody } from '#ports/chat.ts';
import type { PendingEntry } from '#ports/store.ts';
import type { Renderer } from '#messages/post.ts';
import type { Language } from '#messages/templates.ts';

export interface PicturesOptions {
  readonly charts: Charts | null;
  readonly renderer: Renderer;
  readonly log: { warn(data: object, text: string): void };
  /** Called when a picture is there, or won't come. */
  readonly ready: () => void;
}

export interface Pictures {
  /**
   * The picture of a new post. The first look begins to draw it and says `wait`: others are sent meanwhile. What can't
   * be drawn is null, with a line in the log: no post is lost for its picture.
   */
  of(say: PendingEntry, language: Language): PostBody['picture'] | 'wait';
  /** It was sent, or will be drawn again. */
  forget(key: string): void;
}

const NAME_LETTERS = BOUNDS.pictureName.most;

/** What it shows, in words: to whoever can't see it, Mattermost says a picture's name. */
function nameOf({ panels }: Drawing): string {
  return pictureName(panels.map(({ title, threshold }) => (threshold === null ? title : `${title} (${threshold.label})`)).join(', '));
}

function pictureName(words: string): string {
  const name = words
    .replaceAll(/[^\p{L}\p{N}%(),.·×' -]+/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  return `${[...name].slice(0, NAME_LETTERS).join('').trim() || 'chart'}.png`;
}

/** A picture that came with what is said, in its data: its name and its bytes, as base64. */
function takenPicture({ message: { data } }: PendingEntry): PostBody['picture'] {
  const { picture } = data;
  if (!isRecord(picture)) return null;
  const { name, png } = picture;
  if (typeof name !== 'string' || typeof png !== 'string') return null;
  return { name: pictureName(name), bytes: Buffer.from(png, 'base64') };
}

export function createPictures({ charts, renderer, log, ready }: PicturesOptions): Pictures {
  const known = new Map<string, PostBody['picture'] | 'wait'>();
  const failed = (key: string, error: unknown): null => {
    log.warn({ key, problem: problemOf(error) }, 'a chart could not be drawn: the post goes without it');
    return null;
  };
  const drawingOf = (say: PendingEntry, language: Language): Drawing | null => {
    try {
      return renderer.drawing(say.message, language);
    } catch (error) {
      return failed(say.key, error);
    }
  };
  const draw = async (key: string, name: string, drawing: Drawing, by: Charts): Promise<void> => {
    const picture = await by.draw(drawing).then(
      (bytes) => ({ name, bytes }),
      (error: unknown) => failed(key, error),
    );
    // Forgotten meanwhile: the post was sent, or is gone.
    if (known.has(key)) known.set(key, picture);
    ready();
  };
  return {
    of(say, language) {
      const taken = takenPicture(say);
      if (taken !== null) return say.postId === null ? taken : null;
      if (charts === null || say.postId !== null) return null;
      const there = known.get(say.key);
      if (there !== undefined) return there;
      const drawing = drawingOf(say, language);
      if (drawing === null) return null;
      known.set(say.key, 'wait');
      void draw(say.key, nameOf(drawing), drawing, charts);
      return 'wait';
    },
    forget: (key) => void known.delete(key),
  };
}
