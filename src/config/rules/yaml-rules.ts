import type { DocumentOptions, ParseOptions, ScalarTag, SchemaOptions, Tags } from 'yaml';

/** PyYAML's words for true and false; YAML 1.1 has `y` and `n` too, which PyYAML doesn't. */
const TRUE = /^(?:[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/u;
const FALSE = /^(?:[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/u;
const DATE = 'tag:yaml.org,2002:timestamp';
const BOOL = 'tag:yaml.org,2002:bool';

const truth = (value: boolean, test: RegExp): ScalarTag => ({ tag: BOOL, default: true, test, resolve: () => value });
/** `!file /path`, for those who forgot the quotes. */
const fileTag: ScalarTag = { tag: '!file', resolve: (path) => `!file ${path}` };

/** Rules are read as ElastAlert's PyYAML reads them: YAML 1.1, with `yes` and merge keys. Dates stay text, as a query wants them. */
export const PYYAML: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.1',
  merge: true,
  customTags: (tags: Tags): Tags => {
    const others = tags.filter((tag) => typeof tag === 'string' || (tag.tag !== DATE && tag.tag !== BOOL));
    return [...others, truth(true, TRUE), truth(false, FALSE), fileTag];
  },
};

/**
 * As ElastAlert does, with the text as a whole: `$NAME` and `${NAME}` are replaced by what the environment holds, and stay
 * where it holds nothing.
 */
export function expandVariables(text: string, environment: (name: string) => string | undefined): string {
  return text.replaceAll(/\$(?:(\w+)|\{(\w+)\})/gu, (whole, bare?: string, braced?: string) => environment(bare ?? braced ?? '') ?? whole);
}
