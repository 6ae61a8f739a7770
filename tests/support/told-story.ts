import type { Person } from '#app/audit/actor.ts';
import type { World } from '#app/db/world.ts';
import { keepUpload } from '#app/disclosures/imports/uploads.server.ts';
import { askOrder } from '#app/people/credential-orders.server.ts';
import { askOfficerOrder } from '#app/people/officer-orders.server.ts';
import { setFlag } from '#app/people/flags.server.ts';
import { claimIdentity } from '#app/people/identity-claims.server.ts';
import { mergeRecords } from '#app/people/merging.server.ts';
import { askToRepresent } from '#app/people/representations.server.ts';
import { draftAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { tellFee } from '#app/requests/fees.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { optOutWordingVersion } from '#app/requests/kinds/opt-out.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { writeNote, writeToPatient } from '#app/requests/messages.server.ts';
import { addFile } from '#app/requests/staff-files.server.ts';
import { localDate } from '#app/words/dates.ts';
import { cast } from '#prisma/seed/cast.ts';
import { answer, wholeLetter } from './asked.ts';
import { anotherOfficer } from './colleague-codes.ts';

export interface ToldStory {
  /** Ines' "no", in force. */
  optOutId: string;
  optOutRequestId: string;
  /** Her list that was answered, one with a draft, and one that nobody has looked at. */
  answered: { id: string; reference: string };
  drafted: { id: string };
  untouched: { id: string };
  /** A release of hers, in the record of what was sent. */
  sent: { id: string };
  /** Her correction, with a denial drafted, a message, a note and a file. */
  letter: { id: string };
  /** Her request for copies that was denied, and one that costs something and waits for her. */
  letters: { denied: string; waiting: string };
  /** Ines' record, joined with another one; one that looks like it; what waits for staff. */
  people: {
    patient: string;
    lookAlike: string;
    merge: string;
    asked: string;
    claim: string;
    /** Rosa's account, and what staff asked for it. */
    account: string;
    help: string;
    /** What another officer asks for. */
    order: string;
  };
}

/** Tells the story through the rooms' doors, so that every page has something to show. */
export async function tellStory(world: World): Promise<ToldStory> {
  const ines = await personNamed(world, 'Ines Okafor');
  const dana = await personNamed(world, 'Dana Whitlow');
  const to = localDate(world.clock(), 'America/New_York');
  const ask = async () => {
    const filed = await submitRequest(world, {
      actor: ines,
      kind: 'accounting',
      locale: 'en',
      submissionKey: crypto.randomUUID(),
      details: { from: `${Number(to.slice(0, 4)) - 5}-01-01`, to },
    });
    if (!filed.ok) throw new Error(filed.refusal);
    return { id: filed.requestId, reference: filed.reference };
  };
  const said = await submitRequest(world, {
    actor: ines,
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
  if (!said.ok) throw new Error(said.refusal);
  const { id: optOutId } = await world.db.optOut.findFirstOrThrow({
    where: { requestId: said.requestId },
    select: { id: true },
  });
  const [answered, drafted, untouched] = [await ask(), await ask(), await ask()];
  for (const { id } of [answered, drafted]) {
    await draftAnswer(
      world,
      { requestId: id, expectedVersion: 1, actor: dana },
      { note: 'Call us with any question.' },
    );
  }
  await sendAnswer(
    world,
    { requestId: answered.id, expectedVersion: 2, actor: dana },
    { note: 'Call us with any question.', elementsLookedFor: false },
  );
  await tellOfMail(world, answered.id, ines);
  const letter = await tellOfLetter(world, dana, ines);
  const letters = await tellOfLetters(world, { ines, dana, amara: await personNamed(world, 'Amara Diallo') });
  const people = await tellOfPeople(world, dana, ines.patientId ?? '');
  await sendFile(world, dana);
  const sent = await world.db.disclosure.findFirstOrThrow({
    where: { patientId: ines.patientId ?? '' },
    orderBy: { id: 'asc' },
    select: { id: true },
  });
  return {
    optOutId,
    optOutRequestId: said.requestId,
    answered,
    drafted,
    untouched,
    sent,
    letter,
    letters,
    people,
  };
}

/** A file of transfers that waits to be confirmed. */
async function sendFile(world: World, actor: Person): Promise<void> {
  const lines = [
    'Sent At,MRN,Authority,Called AE,Status',
    '2026-10-05T13:00:00Z,RB000417,RIVERBEND,NORTHLIGHT_AI,success',
    'yesterday,RB000417,RIVERBEND,NORTHLIGHT_AI,success',
  ];
  const file = { fileName: 'october.csv', bytes: new TextEncoder().encode(lines.join('\r\n')) };
  const kept = await keepUpload(world, { actor, source: 'OLD_PACS', file });
  if (!kept.ok) throw new Error(kept.refusal);
}

/** A correction that is being denied, and what was written about it. */
async function tellOfLetter(world: World, dana: Person, ines: Person): Promise<{ id: string }> {
  const filed = await submitRequest(world, {
    actor: ines,
    kind: 'amendment',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: {},
    statement: { wrong: 'The report says left lung.', right: 'Right lung', why: 'I was there.' },
  });
  if (!filed.ok) throw new Error(filed.refusal);
  const { requestId } = filed;
  const common = { requestId, actor: dana, documents: [] };
  await writeToPatient(world, {
    ...common,
    text: 'Which report is it?',
    submissionKey: crypto.randomUUID(),
    waits: null,
  });
  await writeNote(world, { ...common, text: 'Dr. Lee has the scan.', submissionKey: crypto.randomUUID() });
  await addFile(world, {
    requestId,
    actor: dana,
    use: 'forRelease',
    document: {
      fileName: 'report.pdf',
      mediaType: 'application/pdf',
      bytes: new TextEncoder().encode('%PDF-1.4'),
    },
  });
  await draftAnswer(
    world,
    { requestId, expectedVersion: 2, actor: dana },
    {
      note: 'We looked at the scan again.',
      outcome: 'denied',
      ground: 'accurateAndComplete',
      contains: ['plainReasons'],
    },
  );
  return { id: requestId };
}

/** A denial with all that it says, and a request with a question, a fee, an extension, a file and a message. */
async function tellOfLetters(
  world: World,
  { ines, dana, amara }: Record<'ines' | 'dana' | 'amara', Person>,
): Promise<ToldStory['letters']> {
  const ask = async () => {
    const filed = await submitRequest(world, {
      actor: ines,
      kind: 'access',
      locale: 'en',
      submissionKey: crypto.randomUUID(),
      details: { part: 'both', delivery: 'link' },
      statement: { which: 'The CT of my chest.' },
    });
    if (!filed.ok) throw new Error(filed.refusal);
    return filed.requestId;
  };
  const [denied, waiting] = [await ask(), await ask()];
  await answer(world, denied, { letter: wholeLetter('access', 'denied'), drafter: dana, sender: amara });
  const told = await tellFee(world, {
    requestId: waiting,
    actor: dana,
    amountCents: 1_250,
    currency: 'USD',
    basis: 'A disc and the postage.',
  });
  const longer = {
    name: 'extend' as const,
    expectedVersion: 1,
    reason: 'Older images are in another building.',
    newDueOn: addDays(localDate(world.clock(), 'America/New_York'), 45),
  };
  const extended = await moveRequest(world, waiting, longer, amara);
  const asked = await writeToPatient(world, {
    requestId: waiting,
    actor: dana,
    text: 'Which CT do you mean?',
    documents: [
      { fileName: 'list.pdf', mediaType: 'application/pdf', bytes: new TextEncoder().encode('%PDF-1.4') },
    ],
    submissionKey: crypto.randomUUID(),
    waits: { expectedVersion: 2 },
  });
  if (!told.ok || !extended.ok || !asked.ok) throw new Error('all three may be done');
  return { denied, waiting };
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 24 * 60 * 60_000).toISOString().slice(0, 10);
}

/** Records that were joined, a flag, somebody who asks to act for Ines, and somebody who says who they are. */
async function tellOfPeople(world: World, dana: Person, patient: string): Promise<ToldStory['people']> {
  const recordOf = async (value: string) =>
    (await world.db.patientIdentifier.findFirstOrThrow({ where: { value } })).patientId;
  const rosa = await personNamed(world, 'Rosa Castellano');
  const merged = { survivorId: patient, mergedId: await recordOf('RB000533'), reason: 'Seen at the desk' };
  await mergeRecords(world, { actor: dana, ...merged });
  await setFlag(world, {
    actor: dana,
    patientId: patient,
    flag: { kind: 'doNotDisclose', reason: 'The patient said so', personName: 'Ben Okafor', againstId: null },
  });
  const who = { givenName: 'Ines', familyName: 'Okafor', bornOn: '1961-03-10' };
  const asked = await askToRepresent(world, {
    actor: rosa,
    asking: {
      ...who,
      patientNumber: 'RB000417',
      relationship: 'Neighbor',
      basis: 'patientsWish',
      scope: 'see',
    },
    document: {
      fileName: 'wish.pdf',
      mediaType: 'application/pdf',
      bytes: new TextEncoder().encode('%PDF-1.4'),
    },
  });
  const claimed = await claimIdentity(world, {
    person: rosa,
    claim: {
      givenName: 'Marguerite',
      familyName: 'Delacroix',
      bornOn: '1957-08-14',
      issuer: 'RIVERBEND',
      value: 'RB000761',
    },
  });
  const ordered = await askOfficerOrder(world, {
    actor: await anotherOfficer(world),
    content: { kind: 'invite', name: 'Noor Haddad', role: 'staff' },
    reason: 'Starts on Monday at the front desk',
  });
  const helped = await askOrder(world, {
    actor: dana,
    userId: rosa.id,
    kind: 'codeSheet',
    identityCheck: 'Passport, in person',
    reason: 'No smartphone',
  });
  if (!asked.ok || !claimed.ok || !helped.ok || !ordered.ok) throw new Error('all may ask');
  const { id: merge } = await world.db.patientMerge.findFirstOrThrow({ select: { id: true } });
  return {
    patient,
    lookAlike: await recordOf('RB000760'),
    merge,
    asked: asked.id,
    claim: claimed.claimId,
    account: rosa.id,
    help: helped.id,
    order: ordered.id,
  };
}

/** A letter that was given up and one that is being tried. */
async function tellOfMail(world: World, requestId: string, { id: userId }: Person): Promise<void> {
  const now = world.clock();
  const letter = { kind: 'messageReceived', userId, requestId, owedAt: now, triedAt: now };
  await world.db.notice.createMany({
    data: [
      { ...letter, tries: 1, failure: '550 5.1.1 <…>: no such mailbox', deadAt: now },
      { ...letter, tries: 3, failure: 'noAnswer' },
    ],
  });
}

async function personNamed(world: World, name: string): Promise<Person> {
  const email = cast.find((member) => member.displayName === name)?.email ?? '';
  const { id, displayName, role, patientId } = await world.db.user.findUniqueOrThrow({
    where: { email },
    select: { id: true, displayName: true, role: true, patientId: true },
  });
  return { kind: 'person', id, name: displayName, role, patientId };
}
