import { z } from 'zod';

/** The parts of an R4 AuditEvent that are read (hl7.org/fhir/R4/auditevent.html). Whatever else it has may be there. */
const text = z.string();
const coding = z.looseObject({ system: text.optional(), code: text.optional() });
const concept = z.looseObject({ coding: z.array(coding).optional() });
const identifier = z.looseObject({
  system: text.optional(),
  value: text.optional(),
  assigner: z.looseObject({ display: text.optional() }).optional(),
});
const extension = z.looseObject({
  url: text.optional(),
  valueString: text.optional(),
  valueBoolean: z.boolean().optional(),
  valueInteger: z.number().optional(),
  valueIdentifier: identifier.optional(),
});
const reference = z.looseObject({
  reference: text.optional(),
  type: text.optional(),
  identifier: identifier.optional(),
  display: text.optional(),
  extension: z.array(extension).optional(),
});
const detail = z.looseObject({
  type: text,
  valueString: text.optional(),
  valueBase64Binary: text.optional(),
});
const agent = z.looseObject({
  type: concept.optional(),
  role: z.array(concept).optional(),
  who: reference.optional(),
  altId: text.optional(),
  name: text.optional(),
  media: coding.optional(),
  network: z.looseObject({ address: text.optional(), type: text.optional() }).optional(),
});
const entity = z.looseObject({
  what: reference.optional(),
  type: coding.optional(),
  role: coding.optional(),
  name: text.optional(),
  detail: z.array(detail).optional(),
  extension: z.array(extension).optional(),
});
const humanName = z.looseObject({ family: text.optional(), given: z.array(text).optional() });
const contained = z.looseObject({
  resourceType: text,
  id: text.optional(),
  identifier: z.array(identifier).optional(),
  /** Of a Patient; others have names of other forms, which are not read. */
  name: z.array(humanName).optional().catch(undefined),
  birthDate: text.optional(),
});

export const auditEvent = z.looseObject({
  resourceType: z.literal('AuditEvent'),
  contained: z.array(contained).optional(),
  type: coding,
  subtype: z.array(coding).optional(),
  action: text.optional(),
  period: z.looseObject({ end: text.optional() }).optional(),
  recorded: text.optional(),
  outcome: text.optional(),
  purposeOfEvent: z.array(concept).optional(),
  agent: z.array(agent).optional(),
  source: z.looseObject({ site: text.optional(), observer: reference.optional() }).optional(),
  entity: z.array(entity).optional(),
});

export type AuditEventResource = z.output<typeof auditEvent>;
export type Agent = z.output<typeof agent>;
export type Entity = z.output<typeof entity>;
export type Contained = z.output<typeof contained>;
export type Reference = z.output<typeof reference>;
export type Coding = z.output<typeof coding>;
export type Concept = z.output<typeof concept>;
