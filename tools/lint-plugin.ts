/**
 * Rules of vigie's own, for what the linter's stock of rules can't say. The linter loads this file as a plugin; the types
 * below are ESLint's, as far as they are needed.
 */
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly callee?: Node;
  readonly source?: Node;
  readonly arguments?: readonly Node[];
}

interface Context {
  report(finding: { readonly node: Node; readonly message: string }): void;
}

const TIME = 'Time is a parameter: take `now`, or a Clock.';

function isDate(node: Node | undefined): boolean {
  return node?.type === 'Identifier' && node.name === 'Date';
}

/** `new Date()` and `Date()` ask the machine what time it is; `new Date(ms)` doesn't. */
const noAmbientTime = {
  create: (context: Context) => ({
    NewExpression(node: Node): void {
      if (isDate(node.callee) && node.arguments?.length === 0) context.report({ node, message: TIME });
    },
    CallExpression(node: Node): void {
      if (isDate(node.callee)) context.report({ node, message: TIME });
    },
  }),
};

/** An import whose path is computed can't be checked against the layers. */
const noComputedImport = {
  create: (context: Context) => ({
    ImportExpression(node: Node): void {
      if (node.source?.type !== 'Literal') context.report({ node, message: 'Write the path out: a computed one escapes the layers.' });
    },
  }),
};

const TYPED = 'Write it out, or use expressionOf or isAlike: a composed one runs in exponential time on what somebody typed.';

/** What a module composes of its own constants, once, is its own; inside of a function it may be anybody's words. */
const noComposedRegExp = {
  create(context: Context) {
    let depth = 0;
    const enter = (): void => void (depth += 1);
    const leave = (): void => void (depth -= 1);
    const check = (node: Node): void => {
      const isRegExp = node.callee?.type === 'Identifier' && node.callee.name === 'RegExp';
      if (depth > 0 && isRegExp && node.arguments?.[0]?.type !== 'Literal') context.report({ node, message: TYPED });
    };
    return {
      FunctionDeclaration: enter,
      'FunctionDeclaration:exit': leave,
      FunctionExpression: enter,
      'FunctionExpression:exit': leave,
      ArrowFunctionExpression: enter,
      'ArrowFunctionExpression:exit': leave,
      NewExpression: check,
      CallExpression: check,
    };
  },
};

export default {
  meta: { name: 'vigie' },
  rules: { 'no-ambient-time': noAmbientTime, 'no-computed-import': noComputedImport, 'no-composed-regexp': noComposedRegExp },
};
