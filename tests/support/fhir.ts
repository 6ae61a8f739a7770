import { readFileSync } from 'node:fs';
import { Fhir } from 'fhir';
import { Client } from 'fhir-kit-client';
import { expect, vi } from 'vitest';
import { testOrigin } from './fixed.ts';
import type { Site } from './site.ts';

export interface Resource {
  resourceType: string;
  id?: string;
  [member: string]: unknown;
}

export interface Bundle extends Resource {
  link: { relation: string; url: string }[];
  total?: number;
  entry?: { fullUrl?: string; resource: Resource; search: { mode: string } }[];
}

const validator = new Fhir();

/**
 * That HL7's R4 definitions, as LANTANA's FHIR.js reads them, find no error, and no member that R4 does not have. That a code is in none of its
 * value sets is a warning: its copy of v3-ActReason is of before MLTRAINING.
 */
export function expectR4(resource: unknown): void {
  const { valid, messages } = validator.validate(resource as object, { errorOnUnexpected: true });
  const wrong = messages.filter(({ severity }) => ['error', 'fatal'].includes(`${severity}`));
  expect({ valid, wrong }, JSON.stringify(resource)).toEqual({ valid: true, wrong: [] });
}

/** A sample of a file beside the FHIR fixtures. */
export function fhirSample(name: string): Resource {
  const file = new URL(`../fixtures/fhir/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Resource;
}

/** A public FHIR client as a program would use it. Where the site’s name leads to, in a test, is its port on this machine. */
export function publicClient(site: Site, bearerToken?: string): Client {
  vi.stubGlobal('fetch', async (asked: Request) => {
    const { pathname, search, origin } = new URL(asked.url);
    expect(origin).toBe(testOrigin);
    const answer = await site.ask(pathname + search, {
      method: asked.method,
      headers: Object.fromEntries(asked.headers),
    });
    return new Response(answer.text, {
      status: answer.status,
      headers: { 'Content-Type': answer.headers['content-type'] ?? '' },
    });
  });
  return new Client({
    baseUrl: `${testOrigin}/fhir/r4`,
    ...(bearerToken === undefined ? {} : { bearerToken }),
  });
}

/** The resources of a page, without what is told beside them. */
export function matches({ entry = [] }: Bundle): Resource[] {
  return entry.flatMap(({ resource, search }) => (search.mode === 'match' ? [resource] : []));
}
