import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { actFor } from '#app/people/acting.server.ts';
import { liftFlag, setFlag } from '#app/people/flags.server.ts';
import { grantRepresentation } from '#app/people/representation-grants.server.ts';
import { readEvidence } from '#app/people/representations-reading.server.ts';
import {
  askToRepresent,
  endRepresentation,
  refuseRepresentation,
  type Asking,
  type Document,
} from '#app/people/representations.server.ts';
import { readSession, startSession } from '#app/people/sessions.server.ts';
import { open } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { optOutWordingVersion } from '#app/requests/kinds/opt-out.ts';
import { draftAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { castMember, freshWorld, hours, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let rosa: Person;
let dana: Person;
let mila: string;

beforeEach(async () => {
  fresh = await freshWorld({ seeded: true });
  dana = await personOf(fresh.world, 'staff');
  rosa = await personCalled('rosa.castellano@demo.example');
  mila = await recordOf('RB001204');
});
afterEach(() => fresh.drop());

const personCalled = async (email: string): Promise<Person> => {
  const { displayName, ...user } = await fresh.world.db.user.findUniqueOrThrow({
    where: { email },
    select: { id: true, displayName: true, role: true, patientId: true },
  });
  return { kind: 'person', name: displayName, ...user };
};
const recordOf = async (value: string) =>
  (
    await fresh.world.db.patientIdentifier.findUniqueOrThrow({
      where: { issuer_value: { issuer: 'RIVERBEND', value } },
    })
  ).patientId;

const paper = {
  fileName: 'paper.pdf',
  mediaType: 'application/pdf',
  bytes: Buffer.from('%PDF-1.4 canary-paper'),
};
const asking = (over: Partial<Asking> = {}): Asking => ({
  givenName: 'Tor',
  familyName: 'Lindqvist',
  bornOn: '1984-11-27',
  patientNumber: 'RB000533',
  relationship: 'Sister',
  basis: 'powerOfAttorney',
  scope: 'both',
  ...over,
});
const forInes = {
  givenName: 'Ines',
  familyName: 'Okafor',
  bornOn: '1961-03-09',
  patientNumber: 'RB000417',
} as const;
const ask = async (actor = rosa, over: Partial<Asking> = {}, document: Document | null = paper) => {
  const asked = await askToRepresent(fresh.world, { actor, asking: asking(over), document });
  if (!asked.ok) throw new Error(asked.refusal);
  return asked.id;
};
const grantFor = async (
  representationId: string,
  patientId: string,
  over = {},
  words?: { reason: string | null; paperSeen: string | null },
) =>
  grantRepresentation(fresh.world, {
    actor: dana,
    representationId,
    patientId,
    grant: { basis: 'powerOfAttorney', scope: 'both', startsOn: '2026-11-22', endsOn: null, ...over },
    ...(words ? { words } : {}),
  });
const seeded = async () =>
  (await fresh.world.db.representation.findFirstOrThrow({ where: { representativeId: rosa.id } })).id;

/** A session of this person that acts under a representation; null where it is refused. */
const acting = async (person: Person, representationId: string) => {
  const start = { userAgent: 'test', address: '192.0.2.1', factor: 'totp' as const };
  const cookie = await startSession(fresh.world.db, person.id, start, fresh.world.clock());
  const { session } = (await readSession(fresh.world.db, cookie, fresh.world.clock()))!;
  const renewed = await actFor(fresh.world, { person, sessionId: session.id, representationId });
  return { cookie, renewed, now: () => readSession(fresh.world.db, renewed ?? '', fresh.world.clock()) };
};
const sayNo = (actor: Person) =>
  submitRequest(fresh.world, {
    actor,
    kind: 'optOut',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: {
      purposes: ['aiTraining'],
      vendors: 'all',
      studies: 'all',
      coversDeidentified: true,
      wordingVersion: optOutWordingVersion,
    },
  });

describe('asking', () => {
  it('answers alike whether there is such a patient, and keeps the document sealed, bound to its row', async () => {
    const [known, unknown] = [
      await ask(),
      await ask(rosa, { givenName: 'Nobody', patientNumber: 'RB424242' }),
    ];
    const rows = await fresh.world.db.representation.findMany({ where: { id: { in: [known, unknown] } } });
    expect(rows.map(({ state, patientId }) => ({ state, patientId }))).toEqual([
      { state: 'asked', patientId: null },
      { state: 'asked', patientId: null },
    ]);
    const evidence = await fresh.world.db.representativeEvidence.findFirstOrThrow({
      where: { representationId: known },
    });
    expect(evidence.bytesSealed).not.toContain('canary-paper');
    expect(
      open(
        fresh.world.keys,
        evidence.bytesSealed,
        boundTo('representative_evidence', evidence.id),
      ).toString(),
    ).toContain('canary-paper');
    expect(() =>
      open(fresh.world.keys, evidence.bytesSealed, boundTo('representative_evidence', known)),
    ).toThrow();
  });

  it('tells a patient who has an account, when name, birth date and number agree, and nobody else', async () => {
    const toldTo = async () =>
      (await fresh.world.db.notice.findMany({ where: { kind: 'representativeAsked' } })).map(
        ({ userId }) => userId,
      );
    const ines = await patientOf(fresh.world, 'RB000417');
    const born = { givenName: 'Ines', familyName: 'Okafor', patientNumber: 'RB000417' };
    await ask(rosa, { ...born, bornOn: '1961-03-10' });
    await ask(rosa, { ...born, bornOn: '1961-03-09', patientNumber: null });
    expect(await toldTo()).toEqual([]);
    await ask(rosa, { ...born, bornOn: '1961-03-09' });
    expect(await toldTo()).toEqual([ines.id]);
  });

  it('sent twice is one, and five may wait at most', async () => {
    expect(await ask()).toBe(await ask());
    for (const number of ['1', '2', '3', '4']) await ask(rosa, { patientNumber: number });
    await expect(ask(rosa, { patientNumber: '5' })).rejects.toThrow('tooMany');
    expect(await fresh.world.db.representation.count({ where: { state: 'asked' } })).toBe(5);
  });

  it('is not for staff', async () => {
    await expect(ask(dana)).rejects.toThrow('notYours');
  });
});

describe('deciding', () => {
  it('grants, tells both, and opens the record to the representative', async () => {
    const id = await ask(rosa, forInes);
    const ines = await patientOf(fresh.world, 'RB000417');
    expect((await acting(rosa, id)).renewed).toBeNull();
    expect(await grantFor(id, ines.patientId)).toEqual({ ok: true });
    const told = await fresh.world.db.notice.findMany({
      where: { kind: 'representativeDecided', sentAt: null },
    });
    expect(told.map(({ userId }) => userId).sort()).toEqual([ines.id, rosa.id].sort());
    const session = await acting(rosa, id);
    expect((await session.now())?.person).toMatchObject({
      id: rosa.id,
      patientId: ines.patientId,
      onBehalfOf: { name: 'Ines Okafor', scope: 'both' },
    });
    // The old cookie is dead.
    expect(await readSession(fresh.world.db, session.cookie, fresh.world.clock())).toBeNull();
    const event = await fresh.world.db.auditEvent.findFirstOrThrow({
      where: { type: 'representation.used' },
    });
    expect(event).toMatchObject({
      actorName: 'Rosa Castellano',
      onBehalfOf: 'Ines Okafor',
      visibleToPatient: true,
    });
  });

  it('of two who decide at once one wins', async () => {
    const tor = await recordOf('RB000533');
    for (let turn = 0; turn < 5; turn++) {
      const id = await ask(rosa, { relationship: `turn ${turn}` });
      const refuse = () =>
        refuseRepresentation(fresh.world, { actor: dana, representationId: id, reason: 'No proof' });
      const done = await Promise.all([grantFor(id, tor), refuse(), grantFor(id, tor), refuse()]);
      expect(done.filter(({ ok }) => ok)).toHaveLength(1);
      const events = await fresh.world.db.auditEvent.count({
        where: { subjectId: id, type: { in: ['representation.granted', 'representation.refused'] } },
      });
      expect(events).toBe(1);
    }
  });

  it('is for a record that what was typed may mean; what differs, and a paper that did not come, staff explain', async () => {
    const [tor, ines] = [await recordOf('RB000533'), await recordOf('RB000417')];
    const refused = (refusal: string) => ({ ok: false, refusal });
    const said = { reason: 'The ID says so', paperSeen: null };
    const seen = { reason: null, paperSeen: 'Order of the county court, 2026-10-01' };
    const id = await ask();
    expect(await grantFor(id, ines, {}, said)).toEqual(refused('notCandidate'));
    expect(await grantFor(id, tor, { basis: 'courtOrder' })).toEqual(refused('basisDiffers'));
    expect(await grantFor(id, tor, { basis: 'courtOrder' }, said)).toEqual({ ok: true });
    const event = await fresh.world.db.auditEvent.findFirstOrThrow({
      where: { subjectId: id, type: 'representation.granted' },
    });
    expect(event).toMatchObject({
      reason: 'The ID says so',
      after: { basis: 'courtOrder', askedBasis: 'powerOfAttorney', documents: 1 },
    });

    const misspelt = await ask(rosa, { givenName: 'Thor' });
    expect(await grantFor(misspelt, tor)).toEqual(refused('reasonDiffers'));
    expect(await grantFor(misspelt, tor, {}, said)).toEqual({ ok: true });
    const guardian = await ask(rosa, { basis: 'guardian' });
    expect(await grantFor(guardian, tor, { basis: 'guardian' })).toEqual(refused('guardianOfAdult'));
    const bare = await ask(rosa, { relationship: 'Cousin' }, null);
    expect(await grantFor(bare, tor, {}, said)).toEqual(refused('documentMissing'));
    expect(await grantFor(bare, tor, {}, seen)).toEqual({ ok: true });
    const wish = await ask(rosa, { basis: 'patientsWish', patientNumber: null }, null);
    expect(await grantFor(wish, tor, { basis: 'patientsWish' })).toEqual({ ok: true });
  });

  it('refuses an adult for a parent, one’s own record, a record that is not there, and who is flagged', async () => {
    const id = await ask();
    const tor = await recordOf('RB000533');
    expect(await grantFor(id, tor, { basis: 'parentOfMinor' })).toEqual({ ok: false, refusal: 'notAMinor' });
    expect(await grantFor(id, crypto.randomUUID())).toEqual({ ok: false, refusal: 'patientUnknown' });
    const ines = await patientOf(fresh.world, 'RB000417');
    const own = await ask(ines, forInes);
    expect(await grantFor(own, ines.patientId)).toEqual({ ok: false, refusal: 'ownRecord' });
    await setFlag(fresh.world, {
      actor: dana,
      patientId: tor,
      flag: { kind: 'doNotDisclose', reason: 'Patient said so', personName: null, againstId: rosa.id },
    });
    expect(await grantFor(id, tor)).toEqual({ ok: false, refusal: 'flagged' });
  });

  it('gives a document to staff with an event each time, and only under its own representation', async () => {
    const id = await ask();
    const { id: evidenceId } = await fresh.world.db.representativeEvidence.findFirstOrThrow({
      where: { representationId: id },
    });
    const read = (representationId: string) =>
      readEvidence(fresh.world, { actor: dana, representationId, evidenceId });
    expect((await read(id))?.bytes.toString()).toContain('canary-paper');
    await read(id);
    expect(await read(await seeded())).toBeNull();
    expect(await fresh.world.db.auditEvent.count({ where: { type: 'evidence.read' } })).toBe(2);
  });
});

describe('acting', () => {
  it('files for the patient, and the trail says on whose behalf', async () => {
    const { person } = (await (await acting(rosa, await seeded())).now())!;
    const filed = await sayNo(person);
    expect(filed.ok).toBe(true);
    const row = await fresh.world.db.optOut.findFirstOrThrow({ where: { patientId: mila } });
    expect(row.recordedById).toBe(rosa.id);
    const event = await fresh.world.db.auditEvent.findFirstOrThrow({ where: { type: 'optOut.filed' } });
    expect(event).toMatchObject({
      actorName: 'Rosa Castellano',
      onBehalfOf: 'Mila Castellano',
      patientId: mila,
    });
  });

  it.each([
    ['see', false],
    ['file', true],
    ['both', true],
  ] as const)('with scope %s: may file %s', async (scope, may) => {
    await fresh.world.db.representation.update({ where: { id: await seeded() }, data: { scope } });
    const { person } = (await (await acting(rosa, await seeded())).now())!;
    expect((await sayNo(person)).ok).toBe(may);
  });

  it('with scope file takes back only what they filed themselves', async () => {
    const ines = await patientOf(fresh.world, 'RB000417');
    const id = await ask(rosa, forInes);
    await grantFor(id, ines.patientId, { scope: 'file' });
    const { person } = (await (await acting(rosa, id)).now())!;
    const own = await sayNo(ines);
    const theirs = await sayNo(person);
    if (!own.ok || !theirs.ok) throw new Error('both may file');
    const takeBack = async (requestId: string) => {
      const { id: optOutId } = await fresh.world.db.optOut.findFirstOrThrow({ where: { requestId } });
      return submitRequest(fresh.world, {
        actor: person,
        kind: 'optOutWithdrawal',
        locale: 'en',
        submissionKey: crypto.randomUUID(),
        details: { optOutId, wordingVersion: optOutWordingVersion },
      });
    };
    expect(await takeBack(own.requestId)).toEqual({ ok: false, refusal: 'notFound' });
    expect((await takeBack(theirs.requestId)).ok).toBe(true);
  });

  it('ends at once: by staff, by a flag, by the date; and what was begun before files nothing', async () => {
    const id = await seeded();
    const session = await acting(rosa, id);
    const { person } = (await session.now())!;
    const stands = async () => {
      const now = await session.now();
      return { patientId: now?.person.patientId, ended: now?.person.actingEnded?.name };
    };
    const shut = { patientId: null, ended: 'Mila Castellano' };
    const flag = { reason: 'Two wishes', personName: null, againstId: null };

    const conflict = await setFlag(fresh.world, {
      actor: dana,
      patientId: mila,
      flag: { kind: 'conflict', ...flag },
    });
    if (!conflict.ok) throw new Error(conflict.refusal);
    expect(await stands()).toEqual(shut);
    expect(await sayNo(person)).toEqual({ ok: false, refusal: 'notYours' });
    await liftFlag(fresh.world, { actor: dana, patientId: mila, flagId: conflict.flagId, reason: 'Settled' });
    expect((await stands()).patientId).toBe(mila);

    const against = await setFlag(fresh.world, {
      actor: dana,
      patientId: mila,
      flag: { ...flag, kind: 'doNotDisclose', againstId: rosa.id },
    });
    if (!against.ok) throw new Error(against.refusal);
    expect(await stands()).toEqual(shut);
    await liftFlag(fresh.world, { actor: dana, patientId: mila, flagId: against.flagId, reason: 'Settled' });

    // The day after the child turned 18 by the record, whatever end is written down.
    await fresh.world.db.patient.update({ where: { id: mila }, data: { bornOn: new Date('2008-11-22') } });
    await fresh.world.db.representation.update({ where: { id }, data: { endsOn: null } });
    expect(await stands()).toEqual(shut);
    await fresh.world.db.patient.update({ where: { id: mila }, data: { bornOn: new Date('2015-05-20') } });
    expect((await stands()).patientId).toBe(mila);

    await endRepresentation(fresh.world, {
      actor: dana,
      representationId: id,
      reason: 'Court',
      by: 'facility',
    });
    expect(await stands()).toEqual(shut);
    expect(await sayNo(person)).toEqual({ ok: false, refusal: 'notYours' });
    expect(await fresh.world.db.privacyRequest.count({ where: { patientId: mila } })).toBe(0);
  });

  it('somebody else’s representation opens nothing', async () => {
    const ines = await patientOf(fresh.world, 'RB000417');
    expect((await acting(ines, await seeded())).renewed).toBeNull();
  });

  it('tells the filer of an answer only while they act, and the patient always', async () => {
    const ines = await patientOf(fresh.world, 'RB000417');
    const id = await ask(rosa, forInes);
    await grantFor(id, ines.patientId);
    const { person } = (await (await acting(rosa, id)).now())!;
    const answered = async () => {
      const filed = await sayNo(person);
      if (!filed.ok) throw new Error(filed.refusal);
      return filed.requestId;
    };
    const [before, after] = [await answered(), await answered()];
    const respond = async (requestId: string) => {
      const turn = { requestId, actor: dana };
      for (const done of [
        await draftAnswer(fresh.world, { ...turn, expectedVersion: 1 }, { note: null }),
        await sendAnswer(fresh.world, { ...turn, expectedVersion: 2 }, { elementsLookedFor: false }),
      ])
        if (!done.ok) throw new Error(done.refusal);
      const told = await fresh.world.db.notice.findMany({ where: { requestId, kind: 'answerReady' } });
      return told.map(({ userId }) => userId).sort();
    };
    expect(await respond(before)).toEqual([ines.id, rosa.id].sort());
    await endRepresentation(fresh.world, {
      actor: dana,
      representationId: id,
      reason: 'Court',
      by: 'facility',
    });
    fresh.clock.advance(hours(1));
    expect(await respond(after)).toEqual([ines.id]);
  });
});

describe('ending', () => {
  it('a patient ends what rests on their wish; not what rests on the law, and nobody else’s', async () => {
    const ines = await patientOf(fresh.world, 'RB000417');
    const end = async (representationId: string, patientIds = [ines.patientId]) =>
      endRepresentation(fresh.world, { actor: ines, representationId, reason: null, by: { patientIds } });
    const wish = await ask(rosa, { ...forInes, relationship: 'friend', basis: 'patientsWish' });
    await grantFor(wish, ines.patientId, { basis: 'patientsWish' });
    const law = await ask(rosa, { ...forInes, relationship: 'guardian' });
    await grantFor(law, ines.patientId);
    expect(await end(law)).toEqual({ ok: false, refusal: 'notByPatient' });
    expect(await end(await seeded())).toEqual({ ok: false, refusal: 'notFound' });
    expect(await end(crypto.randomUUID())).toEqual({ ok: false, refusal: 'notFound' });
    expect(await end(wish)).toEqual({ ok: true });
    expect(await end(wish)).toEqual({ ok: false, refusal: 'notFromThisState' });
  });

  it('of one of two who act for a patient leaves the other as they were', async () => {
    const ines = await patientOf(fresh.world, 'RB000417');
    const zoe = await personCalled(castMember({ mrn: 'RB000902' }).email);
    const [hers, zoes] = [await ask(rosa, forInes), await ask(zoe, { ...forInes, relationship: 'Niece' })];
    for (const id of [hers, zoes]) expect(await grantFor(id, ines.patientId)).toMatchObject({ ok: true });
    const [herActing, zoesActing] = [await acting(rosa, hers), await acting(zoe, zoes)];
    for (const { now } of [herActing, zoesActing])
      expect((await now())?.person).toMatchObject({
        patientId: ines.patientId,
        onBehalfOf: { scope: 'both' },
      });
    const ended = { actor: dana, representationId: hers, reason: 'Court', by: 'facility' } as const;
    expect(await endRepresentation(fresh.world, ended)).toEqual({ ok: true });
    const gone = await herActing.now();
    expect(gone?.person.onBehalfOf).toBeUndefined();
    const stays = await zoesActing.now();
    expect(stays?.person).toMatchObject({
      patientId: ines.patientId,
      onBehalfOf: { representationId: zoes },
    });
    if (!stays || !gone) throw new Error('a session ended');
    expect(await sayNo(stays.person)).toMatchObject({ ok: true });
    expect((await sayNo(gone.person)).ok).toBe(false);
    expect((await acting(zoe, zoes)).renewed).not.toBeNull();
    expect((await acting(rosa, hers)).renewed).toBeNull();
  });
});
