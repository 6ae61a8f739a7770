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

/** The value of an attribute by its name; null where there is none. */
export type Attributes = (name: string) => string | null;

/** A coded value: `csd-code` of PS3.15, or `code` of RFC 3881 senders. */
function codeOf(attribute: Attributes): string | null {
  const code = attribute('csd-code') ?? attribute('code');
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

  open(parent: string, name: string, attribute: Attributes): void {
    switch (parent) {
      case 'AuditMessage':
        return this.openSection(name, attribute);
      case 'EventIdentification':
        if (name === 'EventID') {
          if (this.eventCode !== null) refuse('repeatedElement', 'EventID');
          this.eventCode = codeOf(attribute) || refuse('missingElement', 'EventID without csd-code');
        } else if (name === 'EventTypeCode') this.typeCodes.push(codeOf(attribute) ?? '');
        return;
      case 'ActiveParticipant':
        return this.openInParticipant(this.participants.at(-1), name, attribute);
      case 'ParticipantObjectIdentification':
      case 'SOPClass':
        return this.openInObject(this.objects.at(-1), name, attribute);
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

  private openSection(name: string, attribute: Attributes): void {
    if (name === 'EventIdentification') {
      if (this.event !== null) refuse('repeatedElement', 'EventIdentification');
      this.event = {
        actionCode: attribute('EventActionCode'),
        dateTime: attribute('EventDateTime'),
        outcomeIndicator: attribute('EventOutcomeIndicator'),
      };
    } else if (name === 'ActiveParticipant') {
      this.participants.push({
        userId: attribute('UserID') ?? '',
        alternativeUserId: attribute('AlternativeUserID'),
        networkAccessPointId: attribute('NetworkAccessPointID'),
        networkAccessPointTypeCode: attribute('NetworkAccessPointTypeCode'),
        roles: [],
        userIdType: null,
        mediaType: null,
      });
      this.boundParticipants(this.participants.length, name);
    } else if (name === 'AuditSourceIdentification') {
      this.auditSource ??= {
        id: attribute('AuditSourceID'),
        enterpriseSiteId: attribute('AuditEnterpriseSiteID'),
      };
    } else if (name === 'ParticipantObjectIdentification') {
      this.objects.push({
        id: attribute('ParticipantObjectID') ?? '',
        typeCode: attribute('ParticipantObjectTypeCode'),
        typeCodeRole: attribute('ParticipantObjectTypeCodeRole'),
        lifeCycle: attribute('ParticipantObjectDataLifeCycle'),
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

  private openInParticipant(
    participant: ActiveParticipant | undefined,
    name: string,
    attribute: Attributes,
  ): void {
    if (!participant) return;
    if (name === 'RoleIDCode') participant.roles.push(codeOf(attribute) ?? '');
    else if (name === 'UserIDTypeCode') participant.userIdType ??= codeOf(attribute);
    else if (name === 'MediaType') participant.mediaType ??= codeOf(attribute);
  }

  private openInObject(object: ParticipantObject | undefined, name: string, attribute: Attributes): void {
    if (!object) return;
    switch (name) {
      case 'ParticipantObjectIDTypeCode':
        object.idType ??= codeOf(attribute);
        return;
      case 'ParticipantObjectDetail':
        object.details.push({ type: attribute('type') ?? '', value: attribute('value') ?? '' });
        return;
      case 'Accession':
        object.accessionNumbers.push(attribute('Number') ?? '');
        return;
      case 'SOPClass':
        object.sopClasses.push({
          uid: attribute('UID'),
          numberOfInstances: attribute('NumberOfInstances'),
          listedInstances: 0,
        });
        return;
      case 'Instance': {
        const sopClass = object.sopClasses.at(-1);
        if (sopClass) sopClass.listedInstances += 1;
        return;
      }
      case 'StudyIDs':
        object.containedStudyUids.push(attribute('UID') ?? '');
        return;
    }
  }
}
