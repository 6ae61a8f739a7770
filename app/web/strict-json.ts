/**
 * Reads JSON in which no object names a member twice: readers differ in which of the two they take (RFC 8259 §4), so such a text has no
 * one meaning.
 * @returns undefined for what is not JSON, or names a member twice
 */
export function parseStrictJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return hasDoubledMember(text) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** @param json known to be well-formed */
function hasDoubledMember(json: string): boolean {
  // One entry an open bracket: the members named so far, or null for a list.
  const open: (Set<string> | null)[] = [];
  let expectsName = false;
  for (let at = 0; at < json.length; at++) {
    const sign = json[at];
    if (sign === '"') {
      const end = endOfText(json, at);
      const members = open.at(-1);
      if (expectsName && members) {
        const name = JSON.parse(json.slice(at, end + 1)) as string;
        if (members.has(name)) return true;
        members.add(name);
        expectsName = false;
      }
      at = end;
    } else if (sign === '{' || sign === '[') {
      open.push(sign === '{' ? new Set() : null);
      expectsName = sign === '{';
    } else if (sign === '}' || sign === ']') {
      open.pop();
      expectsName = false;
    } else if (sign === ',') {
      expectsName = open.at(-1) !== null;
    }
  }
  return false;
}

/** Where the text that begins at a quotation mark ends. */
function endOfText(json: string, from: number): number {
  let at = from + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}
