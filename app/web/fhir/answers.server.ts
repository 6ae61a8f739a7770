import { randomUUID } from 'node:crypto';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { fhirJson, outcomeOf } from '../operation-outcome.ts';
import type { Refuse } from '../problem.server.ts';
import { readSearch, takesJson, type AskedSearch, type Mistake, type SearchParameter } from './search.ts';

/** Names that are warned about, each on its own. */
const mostWarnings = 20;

/** A resource as it is told, and when what it says last changed. */
export interface Told {
  resource: { resourceType: string; id: string };
  changedAt: Date;
}

/** An answer in FHIR JSON, laid out for people where `_pretty` asks for it. */
export function fhirAnswer(
  request: Request,
  body: object,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Response {
  const isPretty = new URL(request.url).searchParams.get('_pretty') === 'true';
  return new Response(JSON.stringify(body, null, isPretty ? 2 : undefined), {
    status,
    headers: { 'Content-Type': `${fhirJson}; charset=utf-8`, ...headers },
  });
}

export function unreadableSearch(refuse: Refuse, mistakes: readonly Mistake[]): Response {
  const [first] = mistakes;
  const names = [...new Set(mistakes.slice(0, 5).map(({ at }) => at.slice(0, 60)))].join(', ');
  return refuse('bad-request', { detail: `Look at ${names}: ${first?.why ?? ''}` });
}

/** Opens the address of a search or read: what was asked, or why not. */
export function openSearch(
  request: Request,
  refuse: Refuse,
  list: readonly SearchParameter[],
): { ok: true; search: AskedSearch } | { ok: false; answer: Response } {
  const query = new URL(request.url).searchParams;
  const read = readSearch(list, query);
  if (!read.ok) return { ok: false, answer: unreadableSearch(refuse, read.mistakes) };
  if (!takesJson(query.get('_format'), request.headers.get('Accept')))
    return {
      ok: false,
      answer: refuse('not-acceptable', { detail: 'Answers are application/fhir+json alone.' }),
    };
  const { unknown } = read.search;
  if (unknown.length > 0 && isStrict(request)) {
    const mistakes = unknown.map((at) => ({ at, why: 'There is no such parameter.' }));
    return { ok: false, answer: unreadableSearch(refuse, mistakes) };
  }
  return { ok: true, search: read.search };
}

/** hl7.org/fhir/R4/search.html#errors */
function isStrict(request: Request): boolean {
  return /(^|[\s,;])handling\s*=\s*"?strict"?($|[\s,;])/i.test(request.headers.get('Prefer') ?? '');
}

/** With the version that is its content’s: another one whenever it says something else to this reader. */
function withMeta({ resource, changedAt }: Told) {
  const { resourceType, id, ...content } = resource;
  const before = 'meta' in content ? (content.meta as object) : {};
  const versionId = sha256Hex(JSON.stringify(resource)).slice(0, 32);
  return {
    resourceType,
    id,
    ...content,
    meta: { ...before, versionId, lastUpdated: changedAt.toISOString() },
  };
}

/**
 * One resource, with what a conditional read needs (hl7.org/fhir/R4/http.html#cread). Only its own version says that a copy is as good: an
 * instant does not, since what is said changes without a write too.
 */
export function readAnswer(request: Request, told: Told): Response {
  const body = withMeta(told);
  const headers = { ETag: `W/"${body.meta.versionId}"`, 'Last-Modified': told.changedAt.toUTCString() };
  const asked = request.headers.get('If-None-Match');
  const isKnown = asked !== null && asked.split(',').some((one) => one.trim() === headers.ETag);
  return isKnown ? new Response(null, { status: 304, headers }) : fhirAnswer(request, body, { headers });
}

/**
 * A page of a search. The self link has what the search was read as, without names that are unknown; those have a warning.
 * @param next the place of the last entry, where there are more; opaque to the asker
 */
export function searchAnswer(
  request: Request,
  {
    base,
    type,
    search,
    told,
    next,
    total,
    notes = [],
    now,
  }: {
    /** Address of the server’s FHIR resources. */
    base: string;
    type: string;
    search: AskedSearch;
    told: readonly Told[];
    next: string | null;
    /** How many there are in all, where that was asked. */
    total?: number;
    notes?: readonly string[];
    now: Date;
  },
): Response {
  const address = (after: string | null) => {
    const query = new URLSearchParams();
    for (const [name, values] of search.given) for (const value of values) query.append(name, value);
    query.set('_count', String(search.count));
    if (after !== null) query.set('_after', after);
    return `${base}/${type}?${query}`;
  };
  const warnings = [
    ...search.unknown.slice(0, mostWarnings).map((name) =>
      outcomeOf({
        severity: 'warning',
        code: 'not-supported',
        text: 'A parameter is not known here. The search was made without it.',
        diagnostics: name.replace(/[^\x20-\x7E]/g, '?').slice(0, 60) || '(no name)',
      }),
    ),
    ...notes.map((text) => outcomeOf({ severity: 'information', code: 'informational', text })),
  ];
  const issue = warnings.flatMap((one) => one.issue);
  const entry = [
    ...told.map((one) => ({
      fullUrl: `${base}/${type}/${one.resource.id}`,
      resource: withMeta(one),
      search: { mode: 'match' },
    })),
    ...(issue.length > 0
      ? [{ resource: { resourceType: 'OperationOutcome', issue }, search: { mode: 'outcome' } }]
      : []),
  ];
  const bundle = {
    resourceType: 'Bundle',
    id: randomUUID(),
    meta: { lastUpdated: now.toISOString() },
    type: 'searchset',
    ...(total === undefined ? {} : { total }),
    link: [
      { relation: 'self', url: address(search.after) },
      ...(next === null ? [] : [{ relation: 'next', url: address(next) }]),
    ],
    // R4 has no empty lists.
    ...(entry.length > 0 ? { entry } : {}),
  };
  return fhirAnswer(request, bundle);
}
