import { randomUUID } from 'node:crypto';

/**
 * Texts on their way to a statement past the ORM, which would write each into JSON and read it from there again, some copies a statement. The
 * process has one store of them: pages and server are bundled apart (docs/decisions/033).
 */
const store = Symbol.for('plainview.longTexts');
const holder = globalThis as { [store]?: Map<string, string> };
const texts = (holder[store] ??= new Map<string, string>());

/** What is shorter goes as it is. */
const long = 8_192;

/** @param use runs one statement with the parameter that it gets, which stands for the text until then */
export async function withLongText<T>(text: string, use: (parameter: string) => Promise<T>): Promise<T> {
  if (text.length < long) return use(text);
  const name = `plainview-text:${randomUUID()}`;
  texts.set(name, text);
  try {
    return await use(name);
  } finally {
    texts.delete(name);
  }
}

/** A statement's parameters, with texts in place of what stands for them. */
export function withTexts<Value>(parameters: readonly Value[]): (Value | string)[] {
  if (texts.size === 0) return [...parameters];
  return parameters.map((one) => (typeof one === 'string' ? (texts.get(one) ?? one) : one));
}
