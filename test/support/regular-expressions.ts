import { type AST, RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';
import { parseSync } from '@swc/core';
import { getFirstConsumedChar, toCache } from 'regexp-ast-analysis';
import { analyse } from 'scslre';

/** A node of the syntax tree, with the properties that are read here. */
type Node = { type: string; [key: string]: unknown };

/** The regular expressions of a source: literals, and those that `new RegExp` makes of constants of the same file. */
export function regularExpressionsIn(source: string): RegExp[] {
  const nodes = [...nodesIn(parseSync(source, { syntax: 'typescript', target: 'es2022' }))];
  const constants = new Map<string, Node>();
  for (const { type, id, init } of nodes) {
    if (type === 'VariableDeclarator' && isNode(id) && isNode(init)) constants.set(String(id.value), init);
  }
  const made = nodes.filter(
    ({ type, callee }) => type === 'NewExpression' && isNode(callee) && callee.value === 'RegExp',
  );
  return [
    ...nodes
      .filter(({ type }) => type === 'RegExpLiteral')
      .map(({ pattern, flags }) => new RegExp(String(pattern), String(flags))),
    ...made.map((node) => {
      const [pattern, flags] = (node.arguments as { expression: Node }[]).map(({ expression }) =>
        textOf(expression, constants),
      );
      return new RegExp(pattern!, flags);
    }),
  ];
}

function* nodesIn(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) yield value;
  for (const child of Object.values(value)) yield* nodesIn(child);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** Returns the text of an expression of constants. Throws if only the running program can compute it. */
function textOf(node: Node, constants: Map<string, Node>): string {
  const constant = node.type === 'Identifier' && constants.get(String(node.value));
  if (constant) return textOf(constant, constants);
  if (node.type === 'StringLiteral') return String(node.value);
  if (node.type === 'TaggedTemplateExpression') return textOf(node.template as Node, constants);
  if (node.type !== 'TemplateLiteral') throw new Error(`A pattern is made by ${node.type}: it cannot be checked.`);
  const texts = (node.quasis as { raw: string }[]).map(({ raw }) => raw);
  const values = (node.expressions as Node[]).map((value) => textOf(value, constants));
  return texts.map((text, index) => text + (values[index] ?? '')).join('');
}

/**
 * Returns whether the regular expression may take more than linear time for some text. Looks for two repetitions that
 * can match the same characters, and for a repetition whose alternatives begin with the same characters; some of these
 * are fast.
 */
export function isSuperLinear(expression: RegExp): boolean {
  const { reports } = analyse(expression, { reportTypes: { Move: true, Self: true, Trade: true } });
  return reports.length > 0 || repeatsLikeAlternatives(expression);
}

function repeatsLikeAlternatives(expression: RegExp): boolean {
  const tree = new RegExpParser().parseLiteral(String(expression));
  const flags = toCache(tree.flags);
  let isFound = false;
  const look = ({ alternatives, parent }: AST.Group | AST.CapturingGroup) => {
    if (!isRepeated(parent)) return;
    const beginnings = alternatives.map((one) => getFirstConsumedChar(one, 'ltr', flags).char);
    isFound ||= beginnings.some((one, index) => beginnings.slice(0, index).some((other) => !one.isDisjointWith(other)));
  };
  visitRegExpAST(tree, { onGroupEnter: look, onCapturingGroupEnter: look });
  return isFound;
}

/** Returns whether the node is in an unbounded repetition. */
function isRepeated(node: AST.Node | null): boolean {
  if (!node) return false;
  return (node.type === 'Quantifier' && node.max === Number.POSITIVE_INFINITY) || isRepeated(node.parent);
}
