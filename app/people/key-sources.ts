import type { MachineScope } from './can.ts';

/** What a key needs to report transfers. */
const reportingScopes: readonly MachineScope[] = ['disclosures:write', 'fhir:write'];

export function mayReport(scopes: readonly string[]): boolean {
  return reportingScopes.some((scope) => scopes.includes(scope));
}

/** Most sources that a program is bound to, and letters of a name. */
const most = { sources: 20, letters: 200 } as const;

/** Names of sources as somebody types them, one a line. @returns each once; null when one cannot be a name, or there are too many */
export function typedSources(text: string): string[] | null {
  const names = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  const isName = (name: string) => name.length <= most.letters && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name);
  const distinct = [...new Set(names)];
  return names.every(isName) && distinct.length <= most.sources ? distinct : null;
}

/**
 * Whether a program may report for a source. A report that names none is of no other one: it waits for staff anyway, where a source is needed.
 * @param sources that it is bound to; empty: any
 */
export function mayReportFor(sources: readonly string[], auditSourceId: string | null): boolean {
  return sources.length === 0 || auditSourceId === null || sources.includes(auditSourceId);
}
