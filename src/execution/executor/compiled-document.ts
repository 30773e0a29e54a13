import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  visit,
} from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import type { Executable, Run } from './run.ts';
import { Selection } from './selection.ts';

/** How many fields are kept compiled: a few hundred documents, about 28 MB (560 bytes a field on Node.js 20). */
const defaultMaxFields = 50_000;

/** The compiled forms of documents, each as long as its document lives. */
export class CompiledDocuments {
  readonly #maxFields: number;
  #documents = new WeakMap<DocumentNode, CompiledDocument>();
  /** Fields compiled since all were dropped. */
  #fieldCount = 0;

  constructor(maxFields = defaultMaxFields) {
    this.#maxFields = maxFields;
  }

  /** Returns the compiled form of a document, which is empty at first. */
  of(schema: GraphQLSchema, document: DocumentNode): CompiledDocument {
    const known = this.#documents.get(document);
    if (known?.schema === schema) return known;
    const made = new CompiledDocument({ schema, document, onCompiled: (fields) => this.#count(fields) });
    this.#documents.set(document, made);
    return made;
  }

  /** Drops all once they have too many fields: compiling a document again takes less time than validating it. */
  #count(fields: number): void {
    this.#fieldCount += fields;
    if (this.#fieldCount <= this.#maxFields) return;
    this.#documents = new WeakMap();
    this.#fieldCount = 0;
  }
}

interface Source {
  schema: GraphQLSchema;
  document: DocumentNode;
  /** Called with the number of fields that were compiled. */
  onCompiled: (fields: number) => void;
}

/**
 * What the executor knows of a document: the fields that its operations select of each object type. It grows while the
 * operations are executed.
 */
export class CompiledDocument implements Executable {
  readonly schema: GraphQLSchema;
  readonly fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  readonly onCompiled: (fields: number) => void;
  /** The selections of the root, by operation and by the values of the variables in `@skip` and `@include`. */
  readonly #roots = new Map<string, Selection>();
  readonly #conditions: readonly string[];

  constructor({ schema, document, onCompiled }: Source) {
    this.schema = schema;
    this.onCompiled = onCompiled;
    this.#conditions = conditionsIn(document);
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments[definition.name.value] = definition;
    }
  }

  /** Returns the fields of the operation's root. */
  rootOf(run: Run, type: GraphQLObjectType): Selection {
    const { schema, fragments } = this;
    const { operation, variableValues } = run;
    const values = this.#conditions.map((name) => String(variableValues[name]));
    const key = `${operation.name?.value} ${values.join()}`;
    const known = this.#roots.get(key);
    if (known) return known;
    const nodesByKey = collectFields(schema, fragments, variableValues, type, operation.selectionSet);
    const root = new Selection(run, type, nodesByKey);
    this.#roots.set(key, root);
    return root;
  }
}

/** Returns the names of the variables that decide which fields are selected. */
function conditionsIn(document: DocumentNode): string[] {
  // Few documents have directives, and a visit takes as long as compiling.
  if (document.loc && !document.loc.source.body.includes('@')) return [];
  const names = new Set<string>();
  const Variable = ({ name }: { name: { value: string } }) => {
    names.add(name.value);
  };
  visit(document, { Directive: (directive) => void visit(directive, { Variable }) });
  return [...names];
}
