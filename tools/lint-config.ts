import { LAYERS, seenFrom, type Layer, type Place } from './layers.ts';

/** What every file is held to. */
const RULES = {
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  'no-var': 'error',
  // More of them are told apart by their order alone: what belongs together is an object with names.
  'max-params': ['error', { max: 4 }],
  'prefer-const': 'error',
  // Circles of types count: they are circles of concerns.
  'import/no-cycle': ['error', { ignoreTypes: false }],
  // Forbids `import('x').T` too, which would slip past the layers.
  'typescript/consistent-type-imports': 'error',
  'typescript/no-explicit-any': 'error',
  'typescript/no-non-null-assertion': 'error',
  'typescript/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description', 'ts-ignore': true, 'ts-nocheck': true }],
  'typescript/no-floating-promises': 'error',
  'typescript/no-misused-promises': 'error',
  'typescript/await-thenable': 'error',
  'typescript/return-await': ['error', 'error-handling-correctness-only'],
  'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  'typescript/only-throw-error': ['error', { allowThrowingUnknown: true, allowThrowingAny: false }],
  'typescript/no-deprecated': 'error',
  'typescript/prefer-readonly': 'error',
  // By code points, as Mattermost counts.
  'typescript/no-misused-spread': ['error', { allow: ['string'] }],
  // A copy is walked where the walk changes the original.
  'unicorn/no-useless-spread': 'off',
  // Values of type Json are printed on purpose.
  'typescript/no-base-to-string': 'off',
  'typescript/restrict-template-expressions': 'off',
} as const;

/** Product code: no cast forges what only a stage may make, and an `any` from elsewhere goes no further. */
const STRICT = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'no-console': 'error',
  'typescript/no-unsafe-type-assertion': 'error',
  'typescript/no-unsafe-assignment': 'error',
  'typescript/no-unsafe-call': 'error',
  'typescript/no-unsafe-member-access': 'error',
  'typescript/no-unsafe-return': 'error',
  'typescript/no-unsafe-argument': 'error',
} as const;

/** The whole of `.oxlintrc.json`. */
export function lintConfig(): object {
  return {
    $schema: './tools/node_modules/oxlint/configuration_schema.json',
    plugins: ['typescript', 'unicorn', 'oxc', 'import', 'node'],
    jsPlugins: ['./tools/lint-plugin.ts'],
    categories: { correctness: 'error' },
    options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
    ignorePatterns: ['**/node_modules', '.lab', 'coverage', 'test/layers'],
    rules: RULES,
    // A later override replaces an earlier one: each file ends with the rules of its place.
    overrides: [
      { files: ['src/**/*.ts', 'handlers/**/*.ts'], rules: NOWHERE },
      { files: ['src/**/*.ts', 'handlers/**/*.ts', 'tools/*.ts'], rules: STRICT },
      { files: ['tools/*.ts'], rules: { 'no-console': 'off' } },
      // They claim that what the rule warns of doesn't even compile.
      { files: ['test/types/*.ts'], rules: { 'typescript/no-misused-spread': 'off' } },
      ...LAYERS.flatMap((layer) => layer.places.map((place) => ({ files: [place.files], rules: placeRules(layer, place) }))),
    ],
  };
}

/** A file that belongs to no layer may import nothing. */
const NOWHERE = {
  'no-restricted-imports': ['error', { patterns: [{ group: ['**'], message: 'This file belongs to no layer: see tools/layers.ts.' }] }],
} as const;

function placeRules(layer: Layer, place: Place): object {
  return {
    'no-restricted-imports': ['error', restrictedImports(layer, place)],
    ...machineRules(layer),
    'node/no-process-env': layer.environment === true ? 'off' : 'error',
    'vigie/no-ambient-time': layer.clock === true ? 'off' : 'error',
    'vigie/no-computed-import': 'error',
    'vigie/no-composed-regexp': 'error',
  };
}

const TIMERS = ['setTimeout', 'setInterval', 'setImmediate'];
/** What a pure layer can't reach even without an import. */
const MACHINE = ['process', 'fetch', 'WebSocket', 'console', 'crypto', 'navigator', 'performance'];
const NOW = ['Date', 'performance'].map((object) => ({ object, property: 'now', message: 'Time is a parameter: take `now`, or a Clock.' }));
const RANDOM = { object: 'Math', property: 'random', message: 'Chance is a parameter.' };

function machineRules({ clock, pure }: Layer): object {
  const globals = [...(clock === true ? [] : TIMERS), ...(pure === true ? MACHINE : [])];
  const properties = [...(clock === true ? [] : NOW), ...(pure === true ? [RANDOM] : [])];
  return {
    'no-restricted-globals': globals.length === 0 ? 'off' : ['error', { globals, checkGlobalObject: true }],
    'no-restricted-properties': properties.length === 0 ? 'off' : ['error', ...properties],
  };
}

const PUBLISHER = { name: '#ports/chat.ts', importNames: ['Publisher'], message: 'Only the outbox holds Publisher.' };
/** The ways round the globals that other rules watch. */
const BACK_DOORS = ['node:process', 'process', 'node:timers', 'timers', 'node:timers/**', 'timers/**'];
const REQUIRE = {
  name: 'node:module',
  importNames: ['createRequire', 'register', 'registerHooks', 'Module', 'default'],
  message: 'What is loaded this way escapes the layers.',
};
/** Through what is allowed to what isn't: `./x/../../y.ts`. */
const DETOURS = ['**/[!.]*/../**', './**/../**'];

/** Deny by default: first everything, then what is allowed, then the detours through it. */
function restrictedImports(layer: Layer, place: Place): object {
  const seen = layer.sees.flatMap((name) => patternsOf(seenFrom(layer, name)));
  const denied = layer.packages === 'any' ? ['#*', '#*/**', './**', '../**', '/**', 'file:**', ...BACK_DOORS] : ['**'];
  const packages = layer.packages === 'any' ? [] : layer.packages;
  const group = [
    ...denied,
    ...[...seen, ...place.relative, ...packages].map((pattern) => `!${pattern}`),
    ...(place.unseen ?? []),
    ...DETOURS,
  ];
  const patterns = [{ group, message: messageOf(layer) }];
  return { paths: layer.publisher === true || place.publisher === true ? [REQUIRE] : [REQUIRE, PUBLISHER], patterns };
}

function patternsOf({ alias }: Layer): readonly string[] {
  if (alias === null) return [];
  return alias.endsWith('/') ? [`${alias}**`] : [alias];
}

function messageOf({ name, sees, packages }: Layer): string {
  const all = [...sees, ...(packages === 'any' ? [] : packages)];
  return `The layer ${name} sees ${all.length === 0 ? 'nothing but itself' : `only itself, ${all.join(', ')}`}: tools/layers.ts.`;
}
