import type { z } from 'zod';
import type { MachineScope } from '#app/people/can.ts';
import type { ProblemType } from '../problems.ts';

/**
 * What a call of the machine API is: the door is opened by it, and the OpenAPI document is written from it, so that the two cannot
 * say different things.
 */
export interface MachineCall {
  /** operationId */
  id: string;
  method: 'GET' | 'POST';
  /** As OpenAPI writes it: `/api/v1/things/{id}`. */
  path: `/api/v1/${string}` | `/fhir/r4${string}`;
  /** What the key must be allowed to do; null: the call needs no key. */
  scope: MachineScope | null;
  /** Of a FHIR call: what a token with SMART scopes must be good for (r read, s search, c create). */
  smart?: { resource: 'Consent' | 'AuditEvent'; act: 'r' | 's' | 'c' };
  summary: string;
  description: string;
  /** Takes an Idempotency-Key. */
  idempotent?: boolean;
  /** Of the path and of the query. */
  parameters?: { path?: z.ZodObject; query?: z.ZodObject };
  body?: { type: string; schema: z.ZodType };
  answers: Record<number, { description: string; schema: z.ZodType; type?: string }>;
  /** Those of its own. What any call with a key can answer is added: 401, 403, 405, 429, 500, 503. */
  problems: readonly ProblemType[];
}
