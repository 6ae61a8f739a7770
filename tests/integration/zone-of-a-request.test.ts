import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { changeFacility, facilitySettings } from '#app/facility/facility.server.ts';
import { readAnswer } from '#app/requests/answer.server.ts';
import { chooseFee, tellFee } from '#app/requests/fees.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import type { RequestKind } from '#app/requests/kinds/registry.ts';
import { writeAsPatient, writeToPatient } from '#app/requests/messages.server.ts';
import { recordPosted, toPost } from '#app/requests/posted.server.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { requestView } from '#app/routes/staff+/_parts/request-view.server.ts';
import type { PatientVisit } from '#app/web/guard.server.ts';
import { letterToPost } from '#app/web/letter-to-post.server.ts';
import { requestJson } from '#app/web/request-json.server.ts';
import { pageOfRequest } from '#app/web/request-page.server.ts';
import { filePdf, receiptPdf } from '#app/web/request-papers.server.ts';
import { answer, wholeLetter } from '#tests/support/asked.ts';
import { byDays, details } from '#tests/support/days.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { textOfPdf } from '#tests/support/pdf-text.ts';
import { freshWorld, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// What happened to a request while the facility was in New York, read after it moved to Tokyo, where each of these evenings is the next day.

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let dana: Person;
let amara: Person;
/** Somebody without an account. */
let tor: string;

const { enter, moved, read } = byDays(
  () => fresh,
  () => ({ staff: dana, patientId: ines.patientId }),
);

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true, now: new Date('2027-02-11T02:00:00Z') });
  [ines, dana, amara] = await Promise.all([
    patientOf(fresh.world, 'RB000417'),
    personOf(fresh.world, 'staff'),
    personOf(fresh.world, 'privacyOfficer'),
  ]);
  const { patientId } = await fresh.world.db.patientIdentifier.findFirstOrThrow({
    where: { value: 'RB000533' },
    select: { patientId: true },
  });
  tor = patientId;
});
afterEach(() => facilityIn('America/New_York'));
afterAll(() => fresh.drop());

async function facilityIn(timeZone: string): Promise<void> {
  const before = await facilitySettings(fresh.world.db);
  if (!before) throw new Error('the seed has a facility');
  await fresh.world.db.$transaction((tx) =>
    changeFacility(tx, { settings: { ...before, timeZone }, actor: amara, at: fresh.clock.now() }),
  );
}

async function file<Kind extends 'access' | 'accounting'>(kind: Kind): Promise<string> {
  const filed = await submitRequest<RequestKind>(fresh.world, {
    actor: ines,
    kind,
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: details[kind],
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return filed.requestId;
}

const say = async (requestId: string) => {
  const said = { requestId, text: 'Hello.', documents: [] };
  const keys = () => ({ submissionKey: crypto.randomUUID() });
  expect((await writeAsPatient(fresh.world, { ...said, ...keys(), actor: ines })).ok).toBe(true);
  expect((await writeToPatient(fresh.world, { ...said, ...keys(), actor: dana, waits: null })).ok).toBe(true);
};

/** All of a request that anybody reads, as text: instants as data, and ids that are made for each form, are left out. */
async function everything(id: string): Promise<string> {
  const visit: PatientVisit = {
    world: fresh.world,
    person: ines,
    patientId: ines.patientId,
    locale: 'en',
    now: fresh.clock.now(),
    session: {} as PatientVisit['session'],
  };
  const request = await read(id);
  const page = await pageOfRequest(visit, { request, sees: true });
  const printing = { locale: 'en', now: fresh.clock.now() } as const;
  const staff = await requestView(fresh.world, { id, person: dana, now: fresh.clock.now(), locale: 'en' });
  const asText = (value: unknown) =>
    JSON.stringify(value).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|[\da-f]{8}-[-\da-f]{27}/g, '');
  return [
    asText(page),
    asText({ ...staff, toPost: null, came: null }),
    asText(await requestJson(visit, request)),
    await textOfPdf(await filePdf(page, printing)),
    await textOfPdf(await receiptPdf(page, printing)),
    await textOfPdf(await letterToPost({ ...visit, person: dana }, request)),
  ].join('\n');
}

describe('a request that came while the facility was in another time zone', () => {
  it('tells every moment on its pages, papers and letters in the zone that its clock is counted in', async () => {
    const asked = await file('access');
    await moved(asked, 'acknowledge');
    await say(asked);
    await moved(asked, 'extend', { reason: 'The film is away.', newDueOn: '2027-04-01' }, amara);
    const fee = { amountCents: 1_000, currency: 'USD', basis: 'Discs.', ground: null };
    expect(await tellFee(fresh.world, { ...fee, requestId: asked, actor: dana })).toEqual({ ok: true });
    const chosen = { requestId: asked, actor: ines, choice: 'goOn', text: '' } as const;
    expect((await chooseFee(fresh.world, { ...chosen, submissionKey: crypto.randomUUID() })).ok).toBe(true);
    await answer(fresh.world, asked, {
      letter: wholeLetter('access', 'denied'),
      drafter: dana,
      sender: amara,
    });
    const no = await fileOptOut(fresh.world);
    const { requestId: choice } = await fresh.world.db.optOut.findUniqueOrThrow({
      where: { id: no },
      select: { requestId: true },
    });
    await moved(choice, 'acknowledge');
    const before = await Promise.all([asked, choice].map(everything));
    for (const text of before) expect(text).toContain('February 10, 2027');

    await facilityIn('Asia/Tokyo');
    const after = await Promise.all([asked, choice].map(everything));
    expect(after).toEqual(before);
    for (const text of after) expect(text).not.toMatch(/February 11|GMT\+9|JST/);
  });

  it('draws up its list in days of that zone', async () => {
    const list = await file('accounting');
    await facilityIn('Asia/Tokyo');
    await answer(fresh.world, list, { letter: { note: null }, drafter: dana, sender: dana });
    expect((await readAnswer(fresh.world, list, 'sent'))?.accounting).toMatchObject({
      preparedOn: '2027-02-10',
      facility: { timeZone: 'America/New_York' },
    });
  });

  it('takes the day of a posted letter as a day of that zone', async () => {
    const id = await enter('complaint', '2027-02-10', tor);
    await moved(id, 'acknowledge');
    await facilityIn('Asia/Tokyo');
    // There it is February 11 already; where it is counted, that day has not begun.
    expect(await recordPosted(fresh.world, { requestId: id, actor: dana, postedOn: '2027-02-11' })).toEqual({
      ok: false,
      refusal: 'postedLater',
    });
    expect(await recordPosted(fresh.world, { requestId: id, actor: dana, postedOn: '2027-02-10' })).toEqual({
      ok: true,
    });
    const told = await findRequest(fresh.world.db, id, null);
    const owed = await toPost(
      fresh.world.db,
      { id, patientId: tor, filedById: told!.filedBy.id },
      fresh.clock.now(),
    );
    expect(owed?.postedOn).toBe('2027-02-10');
  });
});
