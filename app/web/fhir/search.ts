/** A parameter that a search takes (hl7.org/fhir/R4/search.html). The capability statement is written from the same list. */
export interface SearchParameter {
  name: string;
  type: 'token' | 'reference' | 'date';
  documentation: string;
  /** Also as `name:identifier` (the reference’s own identifier). */
  byIdentifier?: boolean;
  /** Also as `name.identifier` (chained). */
  chained?: boolean;
}

export const consentSearch = [
  {
    name: 'patient',
    type: 'reference',
    byIdentifier: true,
    chained: true,
    documentation:
      'Whose choice: Patient/{id}, or by patient.identifier or patient:identifier as issuer|number; a number without its issuer is refused. Records that are one person answer under every number of theirs.',
  },
  {
    name: 'status',
    type: 'token',
    documentation: 'active, or inactive: withdrawn, replaced, or past its end.',
  },
  {
    name: 'category',
    type: 'token',
    documentation:
      'LOINC 59284-0 is every one; RESEARCH of v3-ActCode those about research or the training of AI.',
  },
  { name: 'period', type: 'date', documentation: 'From when to when it counts.' },
  {
    name: 'actor',
    type: 'reference',
    documentation:
      'Organization/{slug} of a company that it names. A choice about all companies names none, and is not found by it. A company’s own program reads every choice as about that company.',
  },
  { name: '_id', type: 'token', documentation: 'Its id.' },
  { name: '_lastUpdated', type: 'date', documentation: 'When what it says last changed, its end included.' },
] as const satisfies readonly SearchParameter[];

export const auditEventSearch = [
  {
    name: 'patient',
    type: 'reference',
    byIdentifier: true,
    chained: true,
    documentation:
      'Whose images: Patient/{id}, or by patient.identifier or patient:identifier as issuer|number; a number without its issuer is refused.',
  },
  { name: 'date', type: 'date', documentation: 'When the images were sent.' },
  {
    name: 'agent',
    type: 'reference',
    documentation: 'Organization/{slug} of the company that received them.',
  },
  {
    name: 'entity',
    type: 'reference',
    byIdentifier: true,
    documentation: 'Patient/{id}, or entity:identifier with urn:dicom:uid|urn:oid:UID of a study.',
  },
  { name: '_id', type: 'token', documentation: 'Its id.' },
  { name: '_lastUpdated', type: 'date', documentation: 'When it came into the record.' },
] as const satisfies readonly SearchParameter[];

export const entriesAPage = { usual: 50, most: 200 } as const;
const pageParameters = ['_count', '_after'] as const;
const formatParameters = ['_format', '_pretty'] as const;

/** The names under which a parameter is taken. */
export function namesOf({ name, byIdentifier, chained }: SearchParameter): string[] {
  return [name, ...(byIdentifier ? [`${name}:identifier`] : []), ...(chained ? [`${name}.identifier`] : [])];
}

export interface Mistake {
  at: string;
  why: string;
}

export interface AskedSearch {
  /** What was given, by name; only names of the list. Dates may be given more than once. */
  given: ReadonlyMap<string, readonly string[]>;
  /** Names that are none of the list. */
  unknown: string[];
  count: number;
  after: string | null;
}

/**
 * Reads the parameters of a search. An unknown name is left out and told; a known name with a modifier that is not its own is refused, as is
 * a value that is missing: without it the search would find more than was asked for.
 * @param list those of the resource; empty for a read, which takes the format alone
 */
export function readSearch(
  list: readonly SearchParameter[],
  query: URLSearchParams,
): { ok: true; search: AskedSearch } | { ok: false; mistakes: Mistake[] } {
  const isSearch = list.length > 0;
  const taken = new Map(list.flatMap((parameter) => namesOf(parameter).map((name) => [name, parameter])));
  const given = new Map<string, string[]>();
  const unknown: string[] = [];
  const mistakes: Mistake[] = [];
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    const parameter = taken.get(name);
    const isControl = [...formatParameters, ...(isSearch ? pageParameters : [])].some((one) => one === name);
    if (!parameter && !isControl) {
      const [base = ''] = name.split(/[:.]/);
      if (base !== name && list.some((one) => one.name === base))
        mistakes.push({ at: name, why: `${base} is not taken in this way.` });
      else unknown.push(name);
      continue;
    }
    if (values.some((value) => value === '')) mistakes.push({ at: name, why: 'It has no value.' });
    else if (values.length > 1 && parameter?.type !== 'date')
      mistakes.push({ at: name, why: 'This stands in the address more than once.' });
    else if (parameter) given.set(name, values);
  }
  const count = query.get('_count') ?? String(entriesAPage.usual);
  if (isSearch && !/^\d{1,9}$/.test(count)) mistakes.push({ at: '_count', why: 'It is no number.' });
  const pretty = query.get('_pretty');
  if (pretty !== null && pretty !== 'true' && pretty !== 'false')
    mistakes.push({ at: '_pretty', why: 'It is true or false.' });
  if (mistakes.length > 0) return { ok: false, mistakes };
  return {
    ok: true,
    search: {
      given,
      unknown,
      count: Math.min(Number(count), entriesAPage.most),
      after: isSearch ? query.get('_after') : null,
    },
  };
}

/** Media types of FHIR JSON, as `_format` and Accept may have them. */
const jsonNames = ['json', 'application/json', 'application/fhir+json', 'text/json'];

/** Whether an answer in JSON is one that the asker takes. `_format` counts more than Accept. */
export function takesJson(format: string | null, accept: string | null): boolean {
  const isJson = (name: string) =>
    jsonNames.includes(name.split(';')[0]?.trim().toLowerCase().replace(' ', '+') ?? '');
  if (format !== null) return isJson(format);
  if (accept === null || accept.trim() === '') return true;
  return accept.split(',').some((name) => isJson(name) || /^\s*(\*\/\*|application\/\*)\s*(;|$)/.test(name));
}

/** The values of a comma-separated list; `\,` is a comma within one (hl7.org/fhir/R4/search.html#escaping). */
export function valuesOf(text: string): string[] {
  return text.split(/(?<!\\),/).map((value) => value.replace(/\\([\\,$|])/g, '$1'));
}

/** A token `system|code`. `system` null: it does not say; empty: it says that there is none. */
export function tokenOf(text: string): { system: string | null; code: string } {
  const at = text.lastIndexOf('|');
  return at < 0 ? { system: null, code: text } : { system: text.slice(0, at), code: text.slice(at + 1) };
}

/** The id in a reference to a resource of this server; null for another type, or another server's. */
export function idOfReference(text: string, type: string, base: string): string | null {
  const local = text.startsWith(`${base}/`) ? text.slice(base.length + 1) : text;
  const [, id] = /^(?:(?:Patient|Organization)\/)?([A-Za-z0-9.-]{1,64})$/.exec(local) ?? [];
  if (id === undefined || (local.includes('/') && !local.startsWith(`${type}/`))) return null;
  return id;
}
