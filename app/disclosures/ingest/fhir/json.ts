import { limits, type Refusal } from '../dicom-audit/refusal.ts';

export interface JsonText {
  value: unknown;
  /** Of a Bundle: the text of each entry's resource as it stands in it, by the entry's place; none for an entry without one. */
  resources: ReadonlyMap<number, string>;
}
export type ReadJson = ({ ok: true } & JsonText) | { ok: false; refusal: Refusal };

const refused = (code: Refusal['code'], detail: string, limit?: number): ReadJson => ({
  ok: false,
  refusal: { code, detail, ...(limit === undefined ? {} : { limit }) },
});

/** What a Bundle adds around a resource: the Bundle, its list of entries, the entry. */
const aroundResource = 3;

/**
 * Reads the bytes of a FHIR resource. One meaning or none: not UTF-8, a member named twice, a NUL, half a character, or nesting without
 * end is refused, with a position at most and no word of the text.
 */
export function readJsonText(bytes: Uint8Array): ReadJson {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refused('bytesDoNotFitEncoding', 'The bytes are not UTF-8.');
  }
  if (text.trim() === '') return refused('empty', 'There is nothing in it.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused('notJson', 'It is not JSON (RFC 8259).');
  }
  const scanned = scan(text);
  if (scanned.trouble === 'doubled') return refused('notJson', 'An object names a member twice.');
  if (scanned.trouble === 'deep')
    return refused('tooDeep', `Nesting may be ${limits.depth} deep.`, limits.depth);
  if (scanned.trouble === 'unkeepable')
    return refused('bytesDoNotFitEncoding', 'There is a NUL or half a character in a text.');
  return { ok: true, value, resources: scanned.resources };
}

/** An open bracket: the members named so far, or null for a list, and where in it the reading is. */
interface Open {
  members: Set<string> | null;
  from: number;
  name: string;
  index: number;
}

interface Scanned {
  trouble: 'doubled' | 'deep' | 'unkeepable' | null;
  resources: Map<number, string>;
}

/** @param json known to be well-formed */
function scan(json: string): Scanned {
  const open: Open[] = [];
  const resources = new Map<number, string>();
  const found = (trouble: Scanned['trouble']): Scanned => ({ trouble, resources });
  let expectsName = false;
  for (let at = 0; at < json.length; at++) {
    const sign = json[at];
    const inside = open.at(-1);
    if (sign === '"') {
      const end = endOfText(json, at);
      const written = json.slice(at + 1, end);
      // What is written without a backslash is what it means, and UTF-8 and JSON have refused what is no whole character.
      const text = written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written;
      // PostgreSQL keeps neither.
      if (text !== written && /[\0\p{Cs}]/u.test(text)) return found('unkeepable');
      if (expectsName && inside?.members) {
        if (inside.members.has(text)) return found('doubled');
        inside.members.add(text);
        inside.name = text;
        expectsName = false;
      }
      at = end;
    } else if (sign === '{' || sign === '[') {
      open.push({ members: sign === '{' ? new Set() : null, from: at, name: '', index: 0 });
      if (open.length > limits.depth + aroundResource) return found('deep');
      expectsName = sign === '{';
    } else if (sign === '}' || sign === ']') {
      open.pop();
      if (isResourceOfEntry(open) && sign === '}')
        resources.set(open[1]!.index, json.slice(inside!.from, at + 1));
      expectsName = false;
    } else if (sign === ',' && inside) {
      inside.index++;
      expectsName = inside.members !== null;
    }
  }
  return found(null);
}

function isResourceOfEntry([bundle, list, entry, ...deeper]: readonly Open[]): boolean {
  return (
    bundle?.name === 'entry' && list?.members === null && entry?.name === 'resource' && deeper.length === 0
  );
}

/** Where the text that begins at a quotation mark ends. */
function endOfText(json: string, from: number): number {
  let at = from + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}
