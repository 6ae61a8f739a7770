import type { SaxesTagNS } from 'saxes';

import type { ActiveParticipant, AuditMessage, ParticipantObject } from './message.ts';
import { limits, type AuditMessageRefusal, type RefusalCode } from './refusal.ts';

/** Leaves the streaming parser at once, from inside one of its handlers. */
export class Refused extends Error {
  constructor(readonly refusal: AuditMessageRefusal) {
    super(refusal.code);
  }
}

/** Stops the parse with a refusal. */
export function refuse(code: RefusalCode, detail: string, limit?: number): never {
  throw new Refused(limit === undefined ? { code, detail } : { code, detail, limit });
}

function attribute(tag: SaxesTagNS, name: string): string | null {
  return tag.attributes[name]?.value ?? null;
}

/** A coded value: `csd-code` of PS3.15, or `code` of RFC 3881 senders. */
function codeOf(tag: SaxesTagNS): string | null {
  const code = attribute(tag, 'csd-code') ?? attribute(tag, 'code');
  return code === null ? null : code.trim();
}

/** Collects the model while the parser runs. `parent` is the nearest enclosing element that is not a wrapper. */
export class Collector {
  private event: {
    actionCode: string | null;
    dateTime: string | null;
    outcomeIndicator: string | null;
  } | null = null;
  private eventCode: string | null = null;
  private readonly typeCodes: string[] = [];
  private readonly participants: ActiveParticipant[] = [];
  private readonly objects: ParticipantObject[] = [];
  private auditSource: AuditMessage['auditSource'] = null;
  private instances = 0;

  open(parent: string, name: string, tag: SaxesTagNS): void {
    switch (parent) {
      case 'AuditMessage':
        return this.openSection(name, tag);
      case 'EventIdentification':
        if (name === 'EventID') {
          if (this.eventCode !== null) refuse('repeatedElement', 'EventID');
          this.eventCode = codeOf(tag) || refuse('missingElement', 'EventID without csd-code');
        } else if (name === 'EventTypeCode') this.typeCodes.push(codeOf(tag) ?? '');
        return;
      case 'ActiveParticipant':
        return this.openInParticipant(this.participants.at(-1), name, tag);
      case 'ParticipantObjectIdentification':
      case 'SOPClass':
        return this.openInObject(this.objects.at(-1), name, tag);
    }
  }

  text(name: string, text: string): void {
    const object = this.objects.at(-1);
    if (!object) return;
    if (name === 'ParticipantObjectName') object.name = (object.name ?? '') + text;
    else if (name === 'Encrypted') object.encrypted = (object.encrypted ?? '') + text;
    else if (name === 'Anonymized') object.anonymized = (object.anonymized ?? '') + text;
  }

  countInstance(): void {
    this.instances += 1;
    if (this.instances > limits.instances) {
      refuse('tooManyInstances', `more than ${limits.instances} Instance elements`, limits.instances);
    }
  }

  finish(): AuditMessage {
    if (this.event === null) refuse('missingElement', 'EventIdentification');
    if (this.eventCode === null) refuse('missingElement', 'EventID');
    return {
      event: { code: this.eventCode, typeCodes: this.typeCodes, ...this.event },
      participants: this.participants,
      auditSource: this.auditSource,
      objects: this.objects,
    };
  }

  private openSection(name: string, tag: SaxesTagNS): void {
    if (name === 'EventIdentification') {
      if (this.event !== null) refuse('repeatedElement', 'EventIdentification');
      this.event = {
        actionCode: attribute(tag, 'EventActionCode'),
        dateTime: attribute(tag, 'EventDateTime'),
        outcomeIndicator: attribute(tag, 'EventOutcomeIndicator'),
      };
    } else if (name === 'ActiveParticipant') {
      this.participants.push({
        userId: attribute(tag, 'UserID') ?? '',
        alternativeUserId: attribute(tag, 'AlternativeUserID'),
        networkAccessPointId: attribute(tag, 'NetworkAccessPointID'),
        networkAccessPointTypeCode: attribute(tag, 'NetworkAccessPointTypeCode'),
        roles: [],
        userIdType: null,
        mediaType: null,
      });
      this.boundParticipants(this.participants.length, name);
    } else if (name === 'AuditSourceIdentification') {
      this.auditSource ??= {
        id: attribute(tag, 'AuditSourceID'),
        enterpriseSiteId: attribute(tag, 'AuditEnterpriseSiteID'),
      };
    } else if (name === 'ParticipantObjectIdentification') {
      this.objects.push({
        id: attribute(tag, 'ParticipantObjectID') ?? '',
        typeCode: attribute(tag, 'ParticipantObjectTypeCode'),
        typeCodeRole: attribute(tag, 'ParticipantObjectTypeCodeRole'),
        lifeCycle: attribute(tag, 'ParticipantObjectDataLifeCycle'),
        idType: null,
        name: null,
        details: [],
        accessionNumbers: [],
        sopClasses: [],
        containedStudyUids: [],
        encrypted: null,
        anonymized: null,
      });
      this.boundParticipants(this.objects.length, name);
    }
  }

  private boundParticipants(count: number, name: string): void {
    if (count > limits.participants) {
      refuse('tooManyParticipants', `more than ${limits.participants} ${name} elements`, limits.participants);
    }
  }

  private openInParticipant(participant: ActiveParticipant | undefined, name: string, tag: SaxesTagNS): void {
    if (!participant) return;
    if (name === 'RoleIDCode') participant.roles.push(codeOf(tag) ?? '');
    else if (name === 'UserIDTypeCode') participant.userIdType ??= codeOf(tag);
    else if (name === 'MediaType') participant.mediaType ??= codeOf(tag);
  }

  private openInObject(object: ParticipantObject | undefined, name: string, tag: SaxesTagNS): void {
    if (!object) return;
    switch (name) {
      case 'ParticipantObjectIDTypeCode':
        object.idType ??= codeOf(tag);
        return;
      case 'ParticipantObjectDetail':
        object.details.push({ type: attribute(tag, 'type') ?? '', value: attribute(tag, 'value') ?? '' });
        return;
      case 'Accession':
        object.accessionNumbers.push(attribute(tag, 'Number') ?? '');
        return;
      case 'SOPClass':
        object.sopClasses.push({
          uid: attribute(tag, 'UID'),
          numberOfInstances: attribute(tag, 'NumberOfInstances'),
          listedInstances: 0,
        });
        return;
      case 'Instance': {
        const sopClass = object.sopClasses.at(-1);
        if (sopClass) sopClass.listedInstances += 1;
        return;
      }
      case 'StudyIDs':
        object.containedStudyUids.push(attribute(tag, 'UID') ?? '');
        return;
    }
  }
}
