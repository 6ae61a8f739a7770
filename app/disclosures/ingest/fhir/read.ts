import { isPurpose } from '../csv/read.ts';
import { isLongerThan } from '../dicom-audit/long-values.ts';
import { judgeMessage, type ReadOptions } from '../dicom-audit/read.ts';
import type { HeldReason, Reading } from '../dicom-audit/reading.ts';
import { limits, type Refusal } from '../dicom-audit/refusal.ts';
import type { EvidenceFormat, Item } from '../delivery.ts';
import { readJsonText } from './json.ts';
import { fhirLimits } from './limits.ts';
import { messageOf, purposeOf } from './message.ts';
import { auditEvent, type AuditEventResource } from './resource.ts';

const format: EvidenceFormat = 'fhirAuditEvent';

/** One AuditEvent as it came, or as it is kept. */
export function auditEventItem(bytes: Uint8Array): Item {
  return { bytes, format, read: (options) => readAuditEvent(bytes, options) };
}

/** An entry of a Bundle whose JSON was read with the Bundle: it has one meaning, and is not deeper than a resource may be. */
function entryItem(bytes: Uint8Array, resource: unknown): Item {
  return {
    bytes,
    format,
    read: (options) => (isTooLarge(bytes) ? tooLarge() : readResource(resource, options)),
  };
}

/** What could not be read as resources at all; kept for staff. */
function refusedItem(bytes: Uint8Array, refusal: Refusal): Item {
  return { bytes, format, read: () => ({ outcome: 'rejected', ...refusal }) };
}

export type FhirBody = { ok: true; items: Item[]; isBundle: boolean } | { ok: false; item: Item };

/**
 * A body that came: one AuditEvent, or a Bundle of any type, each of whose entries is an item with its own bytes. What cannot be read as
 * either is a single item, refused.
 */
export function readFhirBody(bytes: Uint8Array): FhirBody {
  const refuse = (refusal: Refusal): FhirBody => ({
    ok: false,
    item: refusedItem(bytes.slice(0, fhirLimits.bodyBytes), refusal),
  });
  if (bytes.length > fhirLimits.bodyBytes)
    return refuse({
      code: 'tooLarge',
      detail: `A call may have ${fhirLimits.bodyBytes} bytes.`,
      limit: fhirLimits.bodyBytes,
    });
  const read = readJsonText(bytes);
  if (!read.ok) return refuse(read.refusal);
  const { resourceType, entry } = membersOf(read.value);
  if (resourceType === 'AuditEvent') {
    const item = auditEventItem(bytes);
    const reading = item.read({ now: new Date(0) });
    return reading.outcome === 'rejected'
      ? { ok: false, item }
      : { ok: true, items: [item], isBundle: false };
  }
  if (resourceType !== 'Bundle')
    return refuse({ code: 'wrongResource', detail: 'It is neither an AuditEvent nor a Bundle.' });
  if (entry !== undefined && !Array.isArray(entry))
    return refuse({ code: 'wrongResource', detail: 'The entries of a Bundle are a list.' });
  const entries: unknown[] = entry ?? [];
  if (entries.length === 0) return refuse({ code: 'empty', detail: 'There is no entry in the Bundle.' });
  if (entries.length > fhirLimits.entries)
    return refuse({
      code: 'tooManyEntries',
      detail: `A Bundle may have ${fhirLimits.entries} entries.`,
      limit: fhirLimits.entries,
    });
  const encoder = new TextEncoder();
  return {
    ok: true,
    isBundle: true,
    items: entries.map((one, at) => {
      const text = read.resources.get(at);
      return text === undefined
        ? refusedItem(encoder.encode(JSON.stringify(one)), {
            code: 'wrongResource',
            detail: 'The entry has no resource.',
          })
        : entryItem(encoder.encode(text), membersOf(one).resource);
    }),
  };
}

/** Never throws on any bytes. */
function readAuditEvent(bytes: Uint8Array, options: ReadOptions): Reading {
  if (isTooLarge(bytes)) return tooLarge();
  const read = readJsonText(bytes);
  return read.ok ? readResource(read.value, options) : rejected(read.refusal);
}

const rejected = (refusal: Refusal): Reading => ({ outcome: 'rejected', ...refusal });

const isTooLarge = (bytes: Uint8Array) => bytes.length > limits.messageBytes;

const tooLarge = () =>
  rejected({
    code: 'tooLarge',
    detail: `A resource may have ${limits.messageBytes} bytes.`,
    limit: limits.messageBytes,
  });

function readResource(resource: unknown, options: ReadOptions): Reading {
  if (membersOf(resource).resourceType !== 'AuditEvent')
    return rejected({ code: 'wrongResource', detail: 'It is not an AuditEvent.' });
  const parsed = auditEvent.safeParse(resource);
  if (!parsed.success) {
    const at = parsed.error.issues.slice(0, 5).map(({ path }) => path.join('.'));
    return rejected({
      code: 'wrongResource',
      detail: `Not as FHIR R4 has it: ${at.join(', ')}.`,
    });
  }
  if (isOfBeforeR4(parsed.data))
    return rejected({
      code: 'wrongResource',
      detail: 'It is in the form of FHIR before R4 (agent.userId, entity.reference). Send it as R4 has it.',
    });
  const tooMuch = beyondLimits(parsed.data);
  if (tooMuch) return rejected(tooMuch);
  return judged(parsed.data, options);
}

/** Its people and things stand in members that R4 has not: read as R4, it would name nobody. */
function isOfBeforeR4({ agent = [], entity = [] }: AuditEventResource): boolean {
  return (
    agent.some((one) => 'userId' in one) ||
    entity.some((one) => one.what === undefined && ('reference' in one || 'identifier' in one))
  );
}

function judged(event: AuditEventResource, options: ReadOptions): Reading {
  const message = messageOf(event);
  const purpose = purposeOf(event);
  const isClear = purpose !== null && isPurpose(purpose);
  const further: HeldReason[] = [];
  if (
    message.objects.some(({ anonymized }) => anonymized !== null && !/^(true|false|[01])$/.test(anonymized))
  )
    further.push('deidentificationUnclear');
  if (purpose !== null && !isClear) further.push('purposeUnclear');
  return judgeMessage(message, options, { statedPurpose: isClear ? purpose : null, further });
}

function beyondLimits({ agent = [], entity = [], ...rest }: AuditEventResource): Refusal | null {
  if (agent.length > limits.participants || entity.length > limits.participants)
    return {
      code: 'tooManyParticipants',
      detail: `An event may have ${limits.participants} agents and as many entities.`,
      limit: limits.participants,
    };
  return hasLongText([agent, entity, rest])
    ? {
        code: 'valueTooLong',
        detail: `A value may have ${limits.valueBytes} bytes.`,
        limit: limits.valueBytes,
      }
    : null;
}

/** Narrative (`text`) is not read, and may be long. */
function hasLongText(value: unknown): boolean {
  if (typeof value === 'string') return isLongerThan(value, limits.valueBytes);
  if (Array.isArray(value)) return value.some(hasLongText);
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(value).some(
    ([name, part]) => name !== 'text' && name !== 'query' && hasLongText(part),
  );
}

function membersOf(value: unknown): { resourceType?: unknown; entry?: unknown; resource?: unknown } {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}
