/** What the text of an operation says about how it continues after a cut. */
export interface Scanned {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly rootField?: string | undefined;
  /** The variable that the root field takes as `after`. */
  readonly after?: string | undefined;
  /** The variable that the root field takes as `roomId`. */
  readonly room?: string | undefined;
  readonly hasCursor: boolean;
}

const stringsAndComments = /"""(?:[^"\\]|\\"""|\\|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*/g;

/** Scans a document without parsing it: it is small, and a document that it misunderstands is only not continued. */
export function scan(query: string, operationName?: string | null): Scanned {
  const text = query.replace(stringsAndComments, '""');
  const name = operationName || '\\w*';
  const operation = new RegExp(`(?:^|[\\s}])(query|mutation|subscription)\\b\\s*${name}\\s*([({@][\\s\\S]*)`).exec(
    text,
  );
  const kind = (operation?.[1] ?? 'query') as Scanned['kind'];
  const [, rootField, list = ''] = /^[^{]*\{\s*(?:\w+\s*:\s*)?(\w+)\s*(\([^)]*\))?/.exec(operation?.[2] ?? '') ?? [];
  const argument = (argumentName: string) => new RegExp(`\\b${argumentName}\\s*:\\s*\\$(\\w+)`).exec(list)?.[1];
  return { kind, rootField, after: argument('after'), room: argument('roomId'), hasCursor: /\bcursor\b/.test(text) };
}
