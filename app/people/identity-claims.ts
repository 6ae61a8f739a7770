/** What somebody says about themselves, as typed and trimmed. */
export interface ClaimedIdentity {
  givenName: string;
  familyName: string;
  /** `YYYY-MM-DD` */
  bornOn: string;
  issuer: string;
  value: string;
}

/** A record that a claim may be about. */
export interface CandidateRecord {
  givenName: string;
  familyName: string;
  bornOn: string;
  identifiers: readonly { issuer: string; value: string }[];
}

/** Which of the four agree with a record. */
export interface Agreement {
  givenName: boolean;
  familyName: boolean;
  bornOn: boolean;
  identifier: boolean;
}

/** Compares a claim with a record: names without regard to case, accents and doubled spaces; birth date and (issuer, number) exactly. */
export function agreementOf(claim: ClaimedIdentity, record: CandidateRecord): Agreement {
  return {
    givenName: comparable(claim.givenName) === comparable(record.givenName),
    familyName: comparable(claim.familyName) === comparable(record.familyName),
    bornOn: claim.bornOn === record.bornOn,
    identifier: record.identifiers.some(
      ({ issuer, value }) => issuer === claim.issuer && value === claim.value,
    ),
  };
}

/** Whether everything agrees. It helps staff to see what is different; it decides nothing by itself. */
export function agreesInFull({ givenName, familyName, bornOn, identifier }: Agreement): boolean {
  return givenName && familyName && bornOn && identifier;
}

/** How many of the four agree. */
export function agreeing(agreement: Agreement): number {
  return Object.values(agreement).filter(Boolean).length;
}

/** A name as it is compared: no accents, one case, single spaces, one kind of apostrophe and dash. */
export function comparable(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[‘’ʼ`´]/g, "'")
    .replace(/\p{Pd}/gu, '-')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}
