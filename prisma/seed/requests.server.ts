import { randomUUID } from 'node:crypto';
import type { Actor, Person } from '#app/audit/actor.ts';
import { startOfDay } from '#app/clocks/input.ts';
import { newSecret } from '#app/crypto/tokens.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { createAccount } from '#app/people/accounts.server.ts';
import { newTotpSecret } from '#app/people/totp.ts';
import { draftAnswer, sendAnswer, type DraftedLetter } from '#app/requests/answer.server.ts';
import { tellFee } from '#app/requests/fees.server.ts';
import { enterRequest, submitRequest } from '#app/requests/filing.server.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import { writeToPatient } from '#app/requests/messages.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { localDate } from '#app/words/dates.ts';
import { facility } from './cast.ts';
import { endSeeding, personCalled, putInThePost } from './demo.server.ts';
import { setChannels, tellCompanies, umbraAnswers } from './vendor-notices.server.ts';
import { askingPatients, stories, type Step, type Story } from './requests.ts';

const seeder: Actor = { kind: 'system', name: 'Demo seed' };
const aDay = 24 * 3_600_000;

/** Who acts in the stories, and which day it is where the facility is. */
interface Stage {
  world: World;
  today: string;
  staff: Person;
  officer: Person;
  patients: Map<string, Person & { patientId: string }>;
}

/**
 * Gives the demo facility its requests: of several kinds, states and ages, by the same moves that the pages use, dated back from now. Not
 * a part of `fillDemo`: whoever needs the facility alone has an empty queue.
 */
export async function tellRequests(world: World): Promise<void> {
  const today = localDate(world.clock(), facility.timeZone);
  const stage: Stage = {
    world,
    today,
    staff: await personCalled(world, 'dana.whitlow@demo.example'),
    officer: await personCalled(world, 'amara.diallo@demo.example'),
    patients: await registerPatients(world, longBefore(world)),
  };
  const window = (daysAgo: number) => {
    const to = dayBefore(today, daysAgo);
    return { from: `${Number(to.slice(0, 4)) - 5}-01-01`, to };
  };
  const zoe = await personCalled(world, 'zoe.jimenez@demo.example');
  if (!zoe.patientId) throw new Error('Zoë has a record');
  stage.patients.set('RB000902', { ...zoe, patientId: zoe.patientId });
  await setChannels(worldOf(stage, 60, 8), stage.staff);
  for (const story of stories(window)) await tell(stage, story);
  for (const daysAgo of [9, 2, 0]) await tellCompanies(worldOf(stage, daysAgo, 12));
  await putInThePost(world);
  await endSeeding(world);
}

/** The world as it was at an hour of an earlier day of the facility; today is now. */
function worldOf({ world, today }: Pick<Stage, 'world' | 'today'>, daysAgo: number, hour: number): World {
  if (daysAgo === 0) return world;
  const day = Date.parse(startOfDay(dayBefore(today, daysAgo), facility.timeZone));
  const at = new Date(day + hour * 3_600_000);
  return { ...world, clock: () => at };
}

function dayBefore(today: string, days: number): string {
  return new Date(Date.parse(`${today}T00:00:00Z`) - days * aDay).toISOString().slice(0, 10);
}

const longBefore = (world: World): World => {
  const at = new Date(world.clock().getTime() - 120 * aDay);
  return { ...world, clock: () => at };
};

async function registerPatients(world: World, then: World): Promise<Stage['patients']> {
  const patients: Stage['patients'] = new Map();
  for (const { mrn, bornOn, ...name } of askingPatients) {
    const now = then.clock();
    const { id: patientId } = await inTransaction(world.db, (tx) =>
      tx.patient.create({
        data: {
          ...name,
          bornOn: new Date(`${bornOn}T00:00:00Z`),
          createdAt: now,
          identifiers: { create: { issuer: facility.issuer, value: mrn, recordedAt: now } },
        },
        select: { id: true },
      }),
    );
    const displayName = `${name.givenName} ${name.familyName}`;
    const account = {
      email: `${mrn.toLowerCase()}@demo.example`,
      displayName,
      role: 'patient' as const,
      locale: 'en' as const,
      // Known to nobody.
      password: newSecret(),
      totpSecret: newTotpSecret(),
      patientId,
    };
    const id = await createAccount(then, account, seeder);
    patients.set(mrn, { kind: 'person', id, name: displayName, role: 'patient', patientId });
  }
  return patients;
}

async function tell(stage: Stage, { mrn, channel, daysAgo, steps, ...asked }: Story): Promise<void> {
  const actor = stage.patients.get(mrn);
  if (!actor) throw new Error(`${mrn} is not among the patients`);
  const then = worldOf(stage, daysAgo, 9);
  const submission = { ...asked, submissionKey: randomUUID(), locale: 'en' as const };
  const filed =
    channel === 'portal'
      ? await submitRequest(then, { ...submission, actor })
      : await enterRequest(then, {
          ...submission,
          actor: stage.staff,
          patientId: actor.patientId,
          channel,
          receivedAt: then.clock(),
        });
  if (!filed.ok) throw new Error(filed.refusal);
  if (asked.kind === 'optOut') {
    await tellCompanies(worldOf(stage, daysAgo, 10));
    if (daysAgo > 1) await umbraAnswers(worldOf(stage, daysAgo - 1, 15));
  }
  let hour = 10;
  for (const step of steps)
    await take(stage, { requestId: filed.requestId, kind: asked.kind, step, hour: hour++ });
}

async function take(
  stage: Stage,
  { requestId, kind, step, hour }: { requestId: string; kind: Story['kind']; step: Step; hour: number },
): Promise<void> {
  const world = worldOf(stage, step.daysAgo, hour);
  const actor = stage[step.by];
  const turn = async () => {
    const where = { id: requestId };
    const { version } = await world.db.privacyRequest.findUniqueOrThrow({ where, select: { version: true } });
    return { requestId, actor, expectedVersion: version };
  };
  const common = { requestId, actor };
  switch (step.does) {
    case 'draft':
      return done(await draftAnswer(world, await turn(), letterOf(kind, step)));
    case 'answer': {
      const where = { requestId };
      const drafted = await world.db.requestResponse.findUnique({ where, select: { requestId: true } });
      if (!drafted) done(await draftAnswer(world, await turn(), letterOf(kind, step)));
      return done(await sendAnswer(world, await turn(), { elementsLookedFor: true }));
    }
    case 'askPatient': {
      const { expectedVersion } = await turn();
      const message = { ...common, text: step.text, documents: [], submissionKey: randomUUID() };
      return done(await writeToPatient(world, { ...message, waits: { expectedVersion } }));
    }
    case 'tellFee': {
      const { amountCents, basis } = step;
      return done(await tellFee(world, { ...common, amountCents, basis, currency: 'USD' }));
    }
    default: {
      const { expectedVersion } = await turn();
      const newDay =
        step.does === 'extend' ? { reason: step.reason, newDueOn: dayBefore(stage.today, -step.until) } : {};
      return done(
        await moveRequest(world, requestId, { name: step.does, expectedVersion, ...newDay }, actor),
      );
    }
  }
}

/** A letter with all that its kind and outcome ask for. */
function letterOf(
  kind: Story['kind'],
  { outcome, ground, note }: Step & { does: 'draft' | 'answer' },
): DraftedLetter {
  if (!outcome) return { note };
  const contains = (kindDefinition(kind).mustContain[outcome] ?? []).map(({ id }) => id);
  return { note, outcome, ground: ground ?? null, contains };
}

function done(taken: { ok: true } | { ok: false; refusal: string }): void {
  if (!taken.ok) throw new Error(`the demo's story does not go: ${taken.refusal}`);
}
