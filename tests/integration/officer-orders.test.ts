import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { invitationByCode } from '#app/people/invitations.server.ts';
import {
  askOfficerOrder,
  confirmOfficerOrder,
  refuseOfficerOrder,
} from '#app/people/officer-orders.server.ts';
import type { OfficerOrderContent } from '#app/people/officer-orders.ts';
import { readSession, startSession } from '#app/people/sessions.server.ts';
import { keyHolder } from '#tests/support/key-holder.ts';
import { anotherOfficer } from '#tests/support/colleague-codes.ts';
import { asForm, signIn, startSite, type Site } from '#tests/support/site.ts';
import { castMember, hours, personOf } from '#tests/support/world.ts';

let site: Site;
let amara: Person;
let second: Person;
let dana: Person;

beforeAll(async () => {
  site = await startSite({ seeded: true });
  [amara, dana] = await Promise.all([personOf(site.world, 'privacyOfficer'), personOf(site.world, 'staff')]);
});
afterAll(() => site.stop());

const db = () => site.world.db;
const reason = 'Starts on Monday';
const role = (userId: string): OfficerOrderContent => ({
  kind: 'role',
  userId,
  from: 'staff',
  to: 'privacyOfficer',
});
const key = (name: string): OfficerOrderContent => ({
  kind: 'key',
  name,
  scopes: ['checks:read'],
  vendorId: null,
  days: 30,
  networks: [],
  sources: [],
});
const ask = (actor: Person, content: OfficerOrderContent) =>
  askOfficerOrder(site.world, { actor, content, reason });
async function asked(actor: Person, content: OfficerOrderContent): Promise<string> {
  const order = await ask(actor, content);
  if (!order.ok) throw new Error(order.refusal);
  return order.id;
}
const confirm = (actor: Person, orderId: string) => confirmOfficerOrder(site.world, { actor, orderId });
const keysNamed = (name: string) => db().machineClient.count({ where: { name } });
const roleOf = async (id: string) =>
  (await db().user.findUniqueOrThrow({ where: { id }, select: { role: true } })).role;
const letters = (userId: string, kind: string) => db().notice.count({ where: { userId, kind } });
const eventsOf = (orderId: string) =>
  db().auditEvent.findMany({
    where: { after: { path: ['order'], equals: orderId } },
    orderBy: { id: 'asc' },
    select: { type: true, actorName: true, reason: true },
  });

describe('a facility with one officer', () => {
  it('asks nobody on a page, and is told of the command line', async () => {
    expect(await ask(amara, key('alone'))).toEqual({ ok: false, refusal: 'noSecondOfficer' });
    expect(await ask(amara, role(dana.id))).toEqual({ ok: false, refusal: 'noSecondOfficer' });
    const page = await site.ask('/officer/keys/new', {
      headers: { Cookie: await signIn(site, castMember('privacyOfficer')) },
    });
    expect(page.text).toContain('You are the only privacy officer');
    expect(await db().officerOrder.count()).toBe(0);
  });
});

describe('what one officer asked for', () => {
  beforeEach(async () => {
    second ??= await anotherOfficer(site.world);
  });

  it('gives nothing until another officer confirms, and both are in the audit', async () => {
    const id = await asked(amara, role(dana.id));
    expect(await roleOf(dana.id)).toBe('staff');
    expect(await letters(second.id, 'officerOrderAsked')).toBe(1);
    const session = await startSession(
      db(),
      dana.id,
      { userAgent: 'test', address: '203.0.113.9', factor: 'totp' },
      site.clock.now(),
    );
    expect(await confirm(second, id)).toMatchObject({ ok: true, given: { kind: 'role', userId: dana.id } });
    expect(await roleOf(dana.id)).toBe('privacyOfficer');
    expect(await readSession(db(), session, site.clock.now())).toBeNull();
    expect(await letters(dana.id, 'accountChanged')).toBe(1);
    expect(await letters(amara.id, 'officerOrderDecided')).toBe(1);
    expect(await eventsOf(id)).toEqual([
      { type: 'officerOrder.asked', actorName: 'Amara Diallo', reason },
      { type: 'officerOrder.confirmed', actorName: 'Second Officer', reason },
    ]);
    await db().user.update({ where: { id: dana.id }, data: { role: 'staff' } });
  });

  it('is never confirmed by who asked, by whom it is about, or by who is no officer', async () => {
    const id = await asked(amara, key('never alone'));
    expect(await confirm(amara, id)).toEqual({ ok: false, refusal: 'asker' });
    expect(await confirm(dana, id)).toEqual({ ok: false, refusal: 'notFound' });
    const third = await anotherOfficer(site.world, 'third');
    const about: OfficerOrderContent = {
      kind: 'role',
      userId: third.id,
      from: 'auditor',
      to: 'privacyOfficer',
    };
    await db().user.update({ where: { id: third.id }, data: { role: 'auditor' } });
    const raised = await asked(amara, about);
    await db().user.update({ where: { id: third.id }, data: { role: 'privacyOfficer' } });
    expect(await confirm(third, raised)).toEqual({ ok: false, refusal: 'subject' });
    const no = { actor: third, orderId: raised, reason: 'I would rather not' };
    expect(await refuseOfficerOrder(site.world, no)).toEqual({ ok: false, refusal: 'subject' });
    expect(await ask(amara, role(amara.id))).toEqual({ ok: false, refusal: 'subject' });
    expect(await keysNamed('never alone')).toBe(0);
  });

  it('ends after three days, and counts no more when its asker is no officer', async () => {
    const late = await asked(amara, key('late'));
    site.clock.advance(hours(72));
    expect(await confirm(second, late)).toEqual({ ok: false, refusal: 'notWaiting' });
    const third = await anotherOfficer(site.world, 'gone');
    const orphan = await asked(third, key('orphan'));
    await db().user.update({ where: { id: third.id }, data: { disabledAt: site.clock.now() } });
    expect(await confirm(second, orphan)).toEqual({ ok: false, refusal: 'askerGone' });
    expect((await keysNamed('late')) + (await keysNamed('orphan'))).toBe(0);
  });

  it('stands still when the account is another one by now, and can be asked for once at a time', async () => {
    const id = await asked(amara, role(dana.id));
    expect(await ask(second, role(dana.id))).toEqual({ ok: false, refusal: 'waitingAlready' });
    const set = (data: { role?: 'auditor' | 'staff'; disabledAt?: Date | null }) =>
      db().user.update({ where: { id: dana.id }, data });
    await set({ role: 'auditor' });
    expect(await confirm(second, id)).toEqual({ ok: false, refusal: 'changedMeanwhile' });
    await set({ role: 'staff', disabledAt: site.clock.now() });
    expect(await confirm(second, id)).toEqual({ ok: false, refusal: 'changedMeanwhile' });
    await set({ disabledAt: null });
    expect(await roleOf(dana.id)).toBe('staff');
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual(['officerOrder.asked']);
    await refuseOfficerOrder(site.world, { actor: second, orderId: id, reason: 'Ask again' });
  });

  it('is refused with a reason, also by who asked, once', async () => {
    const id = await asked(amara, key('refused'));
    const no = { orderId: id, reason: 'Not needed any more' };
    const before = await letters(amara.id, 'officerOrderDecided');
    expect(await refuseOfficerOrder(site.world, { actor: amara, ...no })).toEqual({ ok: true });
    expect(await letters(amara.id, 'officerOrderDecided')).toBe(before);
    expect(await refuseOfficerOrder(site.world, { actor: second, ...no })).toMatchObject({ ok: false });
    expect(await confirm(second, id)).toEqual({ ok: false, refusal: 'notWaiting' });
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual([
      'officerOrder.asked',
      'officerOrder.refused',
    ]);
  });

  it('is done once when two confirm at one instant; the key works and is kept as a hash alone', async () => {
    const third = await anotherOfficer(site.world, 'at the same time');
    const id = await asked(amara, key('once'));
    const outcomes = await Promise.all([confirm(second, id), confirm(third, id)]);
    const [done] = outcomes.filter(({ ok }) => ok);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    if (!done?.ok || done.given.kind !== 'key') throw new Error('no key');
    expect(await keyHolder(site.world.database, done.given.key, site.clock.now())).toMatchObject({
      name: 'once',
    });
    expect(JSON.stringify(await db().officerOrder.findMany())).not.toContain(done.given.key);
    const made = await db().auditEvent.findFirst({
      where: { type: 'apiKey.created', after: { path: ['name'], equals: 'once' } },
      select: { after: true },
    });
    expect(made?.after).toMatchObject({ askedBy: 'Amara Diallo' });
    expect(await ask(amara, key('once'))).toEqual({ ok: false, refusal: 'nameTaken' });
  });

  it('gives the code of an invitation to who confirms', async () => {
    const id = await asked(amara, { kind: 'invite', name: 'Noor', role: 'auditor' });
    const done = await confirm(second, id);
    if (!done.ok || done.given.kind !== 'invite') throw new Error('no code');
    expect(await invitationByCode(db(), done.given.code, site.clock.now())).toMatchObject({
      role: 'auditor',
    });
  });
});

describe('the pages', () => {
  it('ask for a role that may do more, and show the key to who confirms', async () => {
    second ??= await anotherOfficer(site.world);
    const cookie = await signIn(site, castMember('privacyOfficer'));
    const form = { intent: 'role', from: 'staff', role: 'auditor', reason: 'Audit in spring' };
    const raised = await site.ask(`/officer/people/${dana.id}`, asForm(form, cookie));
    expect(raised.status).toBe(302);
    expect(raised.headers.location).toBe('/officer/orders?done=asked');
    expect(await roleOf(dana.id)).toBe('staff');
    const id = await asked(second, key('on the page'));
    const shown = await site.ask(`/officer/orders/${id}`, asForm({ intent: 'confirm' }, cookie));
    expect(shown.text).toMatch(/pvk_[\w-]{43}/);
    const list = await site.ask('/officer/orders', { headers: { Cookie: cookie } });
    expect(list.text).toContain('Key for the program on the page');
    expect(list.text).not.toMatch(/pvk_/);
  });
});
