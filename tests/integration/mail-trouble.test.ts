import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { keepMail } from '#app/jobs/keep-mail.server.ts';
import { mostTries, resendDead } from '#app/mail/dead-letters.server.ts';
import { smtpMailer, type MailPatience } from '#app/mail/mailer.server.ts';
import { accountsWithoutMail, deliveryOf, noticeCounts, noticePage } from '#app/notices/delivery.server.ts';
import { oweLetter, oweNotice } from '#app/notices/owe.server.ts';
import { mailFrom } from '#tests/support/fixed.ts';
import { killPoints, type KillPoint } from '#tests/support/mail-worker.ts';
import {
  jobsOf,
  mailingPlace,
  owe,
  runJobsNow,
  runQueue,
  type MailingPlace,
} from '#tests/support/mailing.ts';
import { startSilentServer, startSmtpSink, type SmtpSink } from '#tests/support/smtp-sink.ts';
import { hours, minutes } from '#tests/support/world.ts';

const now = new Date('2027-05-14T16:30:00Z');
let place: MailingPlace;
let world: World;
let sink: SmtpSink;
beforeEach(async () => {
  place = await mailingPlace(now);
  world = place.world;
  sink = await startSmtpSink({ refuseWith: null });
});
afterEach(async () => {
  await sink.stop();
  await place.drop();
});

const mailer = (url = sink.url, patience?: MailPatience) => smtpMailer(url, mailFrom, patience);
const noticeOf = (id: string) => world.db.notice.findUniqueOrThrow({ where: { id } });
const eventsOf = (type: string) => world.db.auditEvent.findMany({ where: { type } });

async function addPerson(role: 'staff' | 'privacyOfficer', email: string): Promise<Person> {
  const { id, displayName } = await world.db.user.create({
    data: { email, displayName: email, role, locale: 'en', passwordHash: 'none', createdAt: now },
  });
  return { kind: 'person', id, name: displayName, role, patientId: null };
}

describe('a mail server that says not now', () => {
  it('is asked again, later each time, for about two days; each try is recorded; then the letter is dead', async () => {
    const { noticeId, userId } = await owe(world, { kind: 'answerReady' });
    sink.refuseWith = 451;
    let waited = 0;
    for (let tries = 1; tries < mostTries; tries += 1) {
      place.clock.advance(minutes(1));
      await runJobsNow(world, mailer());
      expect(await noticeOf(noticeId)).toMatchObject({
        tries,
        triedAt: place.clock.now(),
        failure: '451 refused',
        sentAt: null,
        deadAt: null,
      });
      const { rows } = await world.database.pool.query<{ wait: number; tries_left: number }>(
        `select extract(epoch from run_at - now())::float8 as wait, max_attempts - attempts as tries_left from graphile_worker.jobs`,
      );
      expect(rows).toHaveLength(1);
      expect(rows[0]?.tries_left).toBeGreaterThan(0);
      waited += rows[0]?.wait ?? 0;
    }
    expect(waited / 3_600).toBeGreaterThan(44);
    expect(waited / 3_600).toBeLessThan(50);
    expect(await accountsWithoutMail(world.db, [userId])).toEqual(new Set());

    place.clock.advance(minutes(1));
    await runJobsNow(world, mailer());
    expect(await noticeOf(noticeId)).toMatchObject({
      tries: mostTries,
      failure: '451 refused',
      deadAt: place.clock.now(),
      sentAt: null,
    });
    expect(await jobsOf(world)).toEqual([]);
    expect(await eventsOf('notice.gaveUp')).toMatchObject([
      {
        subjectId: noticeId,
        after: { kind: 'answerReady', failure: '451 refused' },
        visibleToPatient: false,
      },
    ]);
    expect(await accountsWithoutMail(world.db, [userId])).toEqual(new Set([userId]));
  });

  it('gets the letter once it takes it, and what it said before is forgotten', async () => {
    const { noticeId } = await owe(world, { kind: 'answerReady' });
    sink.refuseRecipient = () => 450;
    await runQueue(world, mailer());
    expect((await noticeOf(noticeId)).failure).toBe('450 5.1.1 <…>: no such mailbox');
    sink.refuseRecipient = null;
    await runJobsNow(world, mailer());
    expect(sink.received).toHaveLength(1);
    expect(await noticeOf(noticeId)).toMatchObject({ tries: 2, failure: null, sentAt: now });
  });
});

describe('a mail server that says no', () => {
  it('is not asked again: the letter is dead at once, without the address in what is kept, and the officers hear of it once a day', async () => {
    const officer = await addPerson('privacyOfficer', 'amara@example.org');
    const { requestId, userId } = await owe(world, { kind: 'answerReady' });
    await inTransaction(world.db, (tx) => oweNotice(tx, { kind: 'messageReceived', userId, requestId, now }));
    sink.refuseRecipient = (address) => (address === 'ana@example.org' ? 550 : null);
    await runQueue(world, mailer());

    const dead = await world.db.notice.findMany({ where: { userId } });
    expect(dead).toHaveLength(2);
    for (const letter of dead)
      expect(letter).toMatchObject({ deadAt: now, tries: 1, failure: '550 5.1.1 <…>: no such mailbox' });
    expect(JSON.stringify(await world.db.auditEvent.findMany({ select: { after: true } }))).not.toContain(
      '@',
    );
    expect(await deliveryOf(world.db, requestId)).toMatchObject([{ state: 'dead' }, { state: 'dead' }]);
    expect(await noticeCounts(world.db)).toEqual({ waiting: 0, failing: 0, dead: 2, sent: 1 });

    const told = () => sink.received.filter(({ recipients }) => recipients.includes('amara@example.org'));
    expect(told().map(({ mail }) => mail.subject)).toEqual(['There is work for you at Riverbend Imaging']);
    expect(told()[0]?.mail.text).toContain('https://portal.riverbend.example/officer/notices');

    place.clock.advance(hours(23));
    await resendDead(world, { actor: officer, which: 'all' });
    await runQueue(world, mailer());
    expect(told()).toHaveLength(1);
    place.clock.advance(hours(2));
    await resendDead(world, { actor: officer, which: 'all' });
    await runQueue(world, mailer());
    expect(told()).toHaveLength(2);
  });

  it('to our own sender means a setting that somebody mends: no letter is given up for it', async () => {
    const { noticeId } = await owe(world, { kind: 'answerReady' });
    sink.refuseSenderWith = 553;
    await runQueue(world, mailer());
    expect(await noticeOf(noticeId)).toMatchObject({ deadAt: null, tries: 1, failure: '553 not from you' });
    expect(await jobsOf(world)).toHaveLength(1);
  });

  it('leaves no code behind, and no mail about an address that somebody typed', async () => {
    await addPerson('privacyOfficer', 'amara@example.org');
    await owe(world, { kind: 'answerReady' });
    sink.refuseRecipient = (address) => (address === 'nobody@example.org' ? 550 : null);
    const id = await inTransaction(world.db, (tx) =>
      oweLetter(tx, world.keys, {
        kind: 'mailCode',
        address: 'nobody@example.org',
        locale: 'en',
        code: '7K3M-9QXZ',
        now,
      }),
    );
    await runQueue(world, mailer());
    expect(await noticeOf(id)).toMatchObject({ deadAt: now, detailsSealed: null });
    expect(await world.db.notice.count({ where: { kind: 'mailDead' } })).toBe(0);
    const officer = await addPerson('privacyOfficer', 'second@example.org');
    expect(await resendDead(world, { actor: officer, which: [id] })).toBe(0);
  });
});

describe('a mail server that hangs', () => {
  const short: MailPatience = { greeting: 400, silence: 400, message: 1_500 };

  it('is cut off while it says nothing, and while it talks without end', async () => {
    const { noticeId } = await owe(world, { kind: 'answerReady' });
    for (const drips of [false, true]) {
      const silent = await startSilentServer({ drips });
      await runJobsNow(world, mailer(silent.url, { ...short, greeting: drips ? 60_000 : 400 }));
      expect((await noticeOf(noticeId)).failure).toBe('noAnswer');
      await expect.poll(() => silent.held()).toBe(0);
      await silent.stop();
    }
    await runJobsNow(world, mailer());
    expect(sink.received).toHaveLength(1);
    expect(await noticeOf(noticeId)).toMatchObject({ tries: 3, failure: null, sentAt: now });
  });

  it('or drops the line in the middle of a letter gets it again', async () => {
    const { noticeId } = await owe(world, { kind: 'answerReady' });
    sink.dropsMidData = true;
    await runQueue(world, mailer(sink.url, short));
    expect(await noticeOf(noticeId)).toMatchObject({ failure: 'brokenOff', sentAt: null, deadAt: null });
    sink.dropsMidData = false;
    await runJobsNow(world, mailer());
    expect(sink.received).toHaveLength(1);
  });

  it('is one that is not there: the letter waits', async () => {
    const { noticeId } = await owe(world, { kind: 'answerReady' });
    await runQueue(world, mailer('smtp://127.0.0.1:9'));
    expect(await noticeOf(noticeId)).toMatchObject({ failure: 'unreachable', deadAt: null, tries: 1 });
  });
});

describe('a worker that is killed', () => {
  it.each(killPoints)('at the step %s loses nothing', { timeout: 60_000 }, async (dieAt: KillPoint) => {
    const { noticeId } = await owe(world, { kind: 'answerReady' });
    const orders = { databaseUrl: place.databaseUrl, smtpUrl: sink.url, now: now.toISOString(), dieAt };
    const worker = spawn(process.execPath, ['--import', 'tsx', 'tests/support/mail-worker.ts'], {
      env: { ...process.env, MAIL_WORKER_ORDERS: JSON.stringify(orders) },
      stdio: 'inherit',
    });
    expect((await once(worker, 'exit'))[1]).toBe('SIGKILL');
    expect(await jobsOf(world)).toHaveLength(1);
    // Its job is still held; only after minutes it counts as one that died.
    await keepMail(world);
    await runQueue(world, mailer());
    const before = sink.received.length;
    expect(before).toBe(dieAt === 'handedOver' || dieAt === 'markedSent' ? 1 : 0);

    await world.database.pool.query(
      `update graphile_worker._private_jobs set locked_at = locked_at - interval '4 minutes'`,
    );
    await keepMail(world);
    await runQueue(world, mailer());
    // Between the server's yes and our mark there is no way to know: it goes out again, as the same message.
    expect(sink.received).toHaveLength(dieAt === 'handedOver' ? 2 : 1);
    expect(new Set(sink.received.map(({ mail }) => mail.messageId)).size).toBe(1);
    expect(await noticeOf(noticeId)).toMatchObject({ sentAt: now, deadAt: null });
    expect(await eventsOf('notice.sent')).toHaveLength(1);
    expect(await jobsOf(world)).toEqual([]);
  });

  it('so often that the queue gives its job up, or whose job is gone: the letter is queued anew', async () => {
    const { noticeId, requestId, userId } = await owe(world, { kind: 'answerReady' });
    await inTransaction(world.db, (tx) => oweNotice(tx, { kind: 'messageReceived', userId, requestId, now }));
    await world.database.pool.query(
      `update graphile_worker._private_jobs set attempts = max_attempts where key = $1`,
      [`notice:${noticeId}`],
    );
    await world.database.pool.query(`delete from graphile_worker._private_jobs where key <> $1`, [
      `notice:${noticeId}`,
    ]);
    await keepMail(world);
    await runQueue(world, mailer());
    expect(sink.received).toEqual([]); // too early to call them forgotten
    place.clock.advance(minutes(6));
    await keepMail(world);
    await keepMail(world);
    await runQueue(world, mailer());
    expect(sink.received).toHaveLength(2);
    expect(await jobsOf(world)).toEqual([]);
  });
});

describe('a dead letter', () => {
  it('is sent again once, however often and at whatever moment the button is pressed; the trail says who pressed it', async () => {
    const officer = await addPerson('privacyOfficer', 'amara@example.org');
    const { noticeId, userId } = await owe(world, { kind: 'answerReady' });
    sink.refuseRecipient = () => 550;
    await runQueue(world, mailer());
    await runQueue(world, mailer()); // the letter to the officer
    sink.refuseRecipient = null;
    const pressed = await Promise.all(
      Array.from({ length: 5 }, () => resendDead(world, { actor: officer, which: [noticeId] })),
    );
    expect(pressed.reduce((sum, count) => sum + count, 0)).toBe(1);
    await runQueue(world, mailer());
    expect(await resendDead(world, { actor: officer, which: [noticeId] })).toBe(0);
    await runQueue(world, mailer());
    expect(sink.received.map(({ recipients }) => recipients)).toEqual([['ana@example.org']]);
    expect(await noticeOf(noticeId)).toMatchObject({ sentAt: now, deadAt: null, tries: 1 });
    expect(await eventsOf('notice.resent')).toMatchObject([
      { subjectId: noticeId, actorId: officer.id, before: { kind: 'answerReady', tries: 1 } },
    ]);
    expect(await accountsWithoutMail(world.db, [userId])).toEqual(new Set());
  });

  it('is one of many: all of them go out again, and the list pages through them without gap or double', async () => {
    const officer = await addPerson('privacyOfficer', 'amara@example.org');
    const { requestId, userId } = await owe(world, { kind: 'answerReady' });
    await world.db.notice.createMany({
      data: Array.from({ length: 230 }, () => ({
        kind: 'messageReceived',
        userId,
        requestId,
        owedAt: now,
        deadAt: now,
        tries: 1,
        failure: '550 no',
      })),
    });
    const seen: string[] = [];
    for (let before = null as Awaited<ReturnType<typeof noticePage>>['next']; ;) {
      const page = await noticePage(world.db, { state: 'dead', before });
      seen.push(...page.notices.map(({ id }) => id));
      if (!page.next) break;
      before = page.next;
    }
    expect([seen.length, new Set(seen).size]).toEqual([230, 230]);
    expect(await resendDead(world, { actor: officer, which: 'all' })).toBe(230);
    expect(await noticeCounts(world.db)).toMatchObject({ dead: 0, waiting: 231 });
    expect(await jobsOf(world)).toHaveLength(231);
  });

  it('is what is owed to a shut account, and goes out once the account is open again', async () => {
    const officer = await addPerson('privacyOfficer', 'amara@example.org');
    const { noticeId, userId } = await owe(world, { kind: 'answerReady' });
    await world.db.user.update({ where: { id: userId }, data: { disabledAt: now } });
    await runQueue(world, mailer());
    expect(await noticeOf(noticeId)).toMatchObject({ deadAt: now, failure: 'accountShut' });
    expect(await world.db.notice.count({ where: { kind: 'mailDead' } })).toBe(0);
    expect(await accountsWithoutMail(world.db, [userId])).toEqual(new Set());
    await world.db.user.update({ where: { id: userId }, data: { disabledAt: null } });
    await resendDead(world, { actor: officer, which: [noticeId] });
    await runQueue(world, mailer());
    expect(sink.received).toHaveLength(1);
  });
});
