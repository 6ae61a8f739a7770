import type { z } from 'zod';
import type { IngestResult, Item } from '#app/disclosures/ingest/delivery.ts';
import { heldInWords } from '#app/disclosures/held-words.ts';
import { wordsFor } from '#app/words/words.ts';
import type { batchResponse } from './calls/fhir.ts';
import { fhirJson, outcomeOf, type Issue, type OperationOutcome } from './operation-outcome.ts';
import { problems, type ProblemType } from './problems.ts';

/** Reasons of the reader, where they are not those of a resource that breaks a rule of ours (422). */
const refusedAs: Readonly<Record<string, ProblemType>> = {
  tooLarge: 'too-large',
  tooManyEntries: 'too-large',
  // hl7.org/fhir/R4/http.html: what cannot be parsed, or fails the basic rules of FHIR, is 400.
  empty: 'bad-request',
  notJson: 'bad-request',
  bytesDoNotFitEncoding: 'bad-request',
  wrongResource: 'bad-request',
};

export function refusedResourceAs(reason: string | undefined): ProblemType {
  return (reason && refusedAs[reason]) || 'message-refused';
}

const became = {
  accepted: 'It is on record.',
  duplicate: 'It was on record before; this report is kept beside it.',
  ignored: 'It tells of no release; it is kept.',
} as const;

/** What became of one event: its status, and why. No word of what was sent. */
function issueOf({ state, reason }: IngestResult, item: Item, now: Date): { status: number; issue: Issue } {
  switch (state) {
    case 'accepted':
    case 'duplicate':
    case 'ignored':
      return {
        status: state === 'accepted' ? 201 : 200,
        issue: {
          severity: 'information',
          code: 'informational',
          reason: reason ?? state,
          text: became[state],
        },
      };
    case 'unmapped':
    case 'quarantined':
      return {
        status: 202,
        issue: {
          severity: 'warning',
          code: 'processing',
          reason,
          text: `It is kept, and waits for staff. ${heldInWords(wordsFor('en'), reason ?? '')}.`,
        },
      };
    case 'rejected': {
      const type = refusedResourceAs(reason);
      const reading = item.read({ now });
      return {
        status: problems[type].status,
        issue: {
          severity: 'error',
          code: type === 'bad-request' ? 'structure' : type === 'too-large' ? 'too-long' : 'processing',
          reason,
          text: 'It cannot be read as an AuditEvent. It is kept for staff.',
          diagnostics: reading.outcome === 'rejected' ? reading.detail : undefined,
        },
      };
    }
  }
}

const inWords: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted' };

/** What became of a Bundle: an entry each, in order. */
function bundleOf(
  { batchId, results }: { batchId: string; results: readonly IngestResult[] },
  items: readonly Item[],
  now: Date,
): z.output<typeof batchResponse> {
  return {
    resourceType: 'Bundle',
    id: batchId,
    type: 'batch-response',
    entry: results.map((result) => {
      const { status, issue } = issueOf(result, items[result.index]!, now);
      const words = inWords[status];
      return {
        response: { status: words ? `${status} ${words}` : String(status), outcome: outcomeOf(issue) },
      };
    }),
  };
}

/** The answer to events that were taken: of a Bundle a Bundle (200), of one event its outcome (202: it cannot be read back here). */
export function answerToEvents(
  taken: { batchId: string; results: readonly IngestResult[] },
  { items, isBundle }: { items: readonly Item[]; isBundle: boolean },
  now: Date,
): Response {
  const headers = { 'Content-Type': `${fhirJson}; charset=utf-8` };
  if (isBundle) return Response.json(bundleOf(taken, items, now), { headers });
  const outcome: OperationOutcome = outcomeOf(
    issueOf(taken.results[0]!, items[0]!, now).issue,
    taken.batchId,
  );
  return Response.json(outcome, { status: 202, headers });
}
