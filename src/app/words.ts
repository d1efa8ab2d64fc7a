import { join } from 'node:path';
import { createBlot } from '#kernel/blot.ts';
import { systemClock } from '#kernel/clock.ts';
import { problemOf } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { LoadedConfig } from '#config/load.ts';
import { createEngine, type Engine } from '#messages/engine.ts';
import { plainWords } from '#messages/markdown.ts';
import { loadTemplates, type Language } from '#messages/templates.ts';
import type { Words } from './finding.ts';
import { ROOT } from './assets.ts';

/** The catalogue's words, as a terminal shows them. */
export function wordsIn(engine: Engine, language: Language): Words {
  return (thrown) => {
    const { code, params } = problemOf(thrown);
    return plainWords(engine.render(language, 'errors', code, params));
  };
}

/** Sections of the template `terminal`, as a terminal shows them. */
export type Phrases = (section: string, data: JsonObject) => string;

/** For whoever has loaded no templates yet: lines of the terminal, in the configured language. */
export async function loadPhrases(loaded: LoadedConfig | null): Promise<Phrases> {
  const { engine, language } = await loadEngine(loaded);
  return (section, data) => plainWords(engine.render(language, 'terminal', section, data));
}

/** For whoever has loaded no templates yet. */
export async function loadWords(loaded: LoadedConfig | null): Promise<Words> {
  const { engine, language } = await loadEngine(loaded);
  return wordsIn(engine, language);
}

async function loadEngine(loaded: LoadedConfig | null): Promise<{ readonly engine: Engine; readonly language: Language }> {
  const { language, timezone } = loaded?.config ?? { language: 'en', timezone: 'UTC' };
  const { templates } = await loadTemplates(join(ROOT, 'templates/messages'));
  const engine = createEngine(templates, timezone, () => systemClock.now(), createBlot(loaded?.secrets ?? []));
  return { engine, language };
}
