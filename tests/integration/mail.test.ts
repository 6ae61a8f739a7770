import type { TaskList } from 'graphile-worker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { taskList } from '#app/jobs/tasks.server.ts';
import { outboxMailer, smtpMailer, type Mailer } from '#app/mail/mailer.server.ts';
import { isAboutRequest, noticeKinds, notices } from '#app/notices/notices.ts';
import { oweLetter, oweNotice } from '#app/notices/owe.server.ts';
import {
  jobsOf,
  mailingPlace,
  owe as oweIn,
  runJobsNow as runJobsNowIn,
  runQueue as runQueueIn,
  type Owing,
} from '#tests/support/mailing.ts';
import { mailFrom as from } from '#tests/support/fixed.ts';
import { startSmtpSink, type ReceivedMail, type SmtpSink } from '#tests/support/smtp-sink.ts';

const now = new Date('2027-05-14T16:30:00Z');

let undo: (() => Promise<unknown>)[];
let world: World;

beforeEach(async () => {
  undo = [];
  const place = await mailingPlace(now);
  undo.push(place.drop);
  world = place.world;
});

afterEach(async () => {
  for (const step of undo.reverse()) await step();
});

describe('a notice that is owed', () => {
  it('reaches one person, tells nothing but that there is a message, and links to our site', async () => {
    const sink = await startSink();
    const { requestId, noticeId } = await owe({ kind: 'answerReady' });
    await runQueue(smtpMailer(sink.url, from));

    expect(sink.received).toHaveLength(1);
    const [{ recipients, raw, mail }] = sink.received as [ReceivedMail];
    expect(recipients).toEqual(['ana@example.org']);
    const headers = Object.fromEntries(mail.headers.map(({ key, value }) => [key, value]));
    expect(Object.keys(headers).sort()).toEqual([
      'auto-submitted',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
    ]);
    expect(headers.to).toBe('ana@example.org');
    expect(headers['message-id']).toBe(`<notice.${noticeId}@portal.riverbend.example>`);
    expect(headers['auto-submitted']).toBe('auto-generated');
    expect(mail.from).toMatchObject({ name: 'Riverbend Imaging', address: 'privacy@riverbend.example' });
    expect(mail.subject).toBe('You have a message from Riverbend Imaging');
    expect(mail.attachments).toEqual([]);

    const links = [...(mail.html ?? '').matchAll(/https?:\/\/[^\s"'<>]+/g)]
      .map(([link]) => new URL(link))
      .filter(({ host }) => host !== 'www.w3.org'); // the name of the document type
    expect(links.map(({ href }) => href)).toEqual([`https://portal.riverbend.example/requests/${requestId}`]);
    expect([...(mail.text ?? '').matchAll(/https?:\/\/\S+/g)].map(([link]) => link)).toEqual([
      `https://portal.riverbend.example/requests/${requestId}`,
    ]);
    for (const part of [raw, mail.html ?? '', mail.text ?? '']) {
      expect(part).not.toMatch(/\bopt|accounting|disclos|Lumen|scan|image|RB000417|Ruiz|1961/i);
    }
  });

  it('is marked as sent and written into the audit chain, where the patient sees it', async () => {
    const sink = await startSink();
    const { requestId, noticeId, patientId } = await owe({ kind: 'requestReceived' });
    await runQueue(smtpMailer(sink.url, from));

    const notice = await world.db.notice.findUniqueOrThrow({ where: { id: noticeId } });
    expect(notice).toMatchObject({ owedAt: now, sentAt: now });
    expect(await world.db.auditEvent.findMany()).toMatchObject([
      {
        type: 'notice.sent',
        at: now,
        actorKind: 'system',
        actorName: 'Plainview',
        subjectKind: 'notice',
        subjectId: noticeId,
        patientId,
        requestId,
        after: { kind: 'requestReceived' },
        visibleToPatient: true,
      },
    ]);
  });

  it('is written in the language of the person', async () => {
    const sink = await startSink();
    await owe({ kind: 'requestReceived', locale: 'es' });
    await runQueue(smtpMailer(sink.url, from));
    expect(sink.received[0]?.mail.subject).toBe('Tiene un mensaje de Riverbend Imaging');
    expect(sink.received[0]?.mail.html).toContain('lang="es"');
  });

  it('stays one mail to one person when the name of the facility holds line breaks', async () => {
    const sink = await startSink();
    await owe({
      kind: 'answerReady',
      facilityName: 'Riverbend\r\nBcc: eve@example.org\r\n\r\nRead this instead',
      displayName: 'Ana\r\nBcc: eve@example.org',
    });
    await runQueue(smtpMailer(sink.url, from));

    expect(sink.received).toHaveLength(1);
    const [{ recipients, mail, raw }] = sink.received as [ReceivedMail];
    expect(recipients).toEqual(['ana@example.org']);
    expect(mail.bcc ?? []).toEqual([]);
    expect(raw).not.toMatch(/^bcc:/im);
    expect(mail.subject).toBe('You have a message from Riverbend Bcc: eve@example.org Read this instead');
  });

  it('stays unsent, and its job waiting for another try, when the mail server says not now', async () => {
    const sink = await startSink(451);
    const { noticeId } = await owe({ kind: 'answerReady' });
    await runQueue(smtpMailer(sink.url, from));

    expect(await sentAt(noticeId)).toBeNull();
    expect(await world.db.auditEvent.count()).toBe(0);
    expect(await jobs()).toMatchObject([{ key: `notice:${noticeId}`, attempts: 1, waits: true }]);

    sink.refuseWith = null;
    await runJobsNow(smtpMailer(sink.url, from));
    expect(await sentAt(noticeId)).toEqual(now);
    expect(sink.received).toHaveLength(1);
    expect(await jobs()).toEqual([]);
  });

  it('goes out again under the same Message-ID when the mark was lost', async () => {
    const sink = await startSink();
    const { noticeId } = await owe({ kind: 'answerReady' });
    await runQueue(smtpMailer(sink.url, from));
    await world.db.notice.update({ where: { id: noticeId }, data: { sentAt: null } });
    await sendAgain(noticeId, smtpMailer(sink.url, from));

    expect(sink.received).toHaveLength(2);
    expect(new Set(sink.received.map(({ mail }) => mail.messageId))).toEqual(
      new Set([`<notice.${noticeId}@portal.riverbend.example>`]),
    );
  });

  it('is neither recorded nor queued when the change that owes it fails', async () => {
    const owed = owe({ kind: 'answerReady', failAfter: true });
    await expect(owed).rejects.toThrow('the change failed');
    expect(await world.db.notice.count()).toBe(0);
    expect(await jobs()).toEqual([]);
  });

  it('fails the job of a payload that names no notice', async () => {
    const tasks = taskList({ ...world, mailer: outboxMailer(world.db, world.clock) });
    for (const payload of [{}, { noticeId: "1' or '1'='1" }, null]) {
      await expect(async () => run(tasks, payload)).rejects.toThrow();
    }
  });
});

describe('a letter about an account', () => {
  it('says when it was, goes where it was told to, and is written into the person’s own history', async () => {
    const sink = await startSink();
    const { userId, patientId } = await owe({ kind: 'requestReceived' });
    await runQueue(outboxMailer(world.db, world.clock));
    const noticeIds = await inTransaction(world.db, async (tx) => [
      await oweNotice(tx, { kind: 'emailChanged', userId, now }),
      await oweNotice(tx, { kind: 'emailChanged', userId, address: 'old@example.org', now }),
    ]);
    await runQueue(smtpMailer(sink.url, from));

    expect(sink.received.flatMap(({ recipients }) => recipients).sort()).toEqual([
      'ana@example.org',
      'old@example.org',
    ]);
    for (const { mail } of sink.received) {
      expect(mail.text).toContain('https://portal.riverbend.example/account/security');
      expect(mail.text).toContain('When: May 14, 2027 at 9:30 AM PDT');
      expect(mail.text).not.toContain('PV-7K3M');
    }
    const told = await world.db.auditEvent.findMany({
      where: { type: 'notice.sent', subjectId: { in: noticeIds.map(String) } },
    });
    expect(told).toHaveLength(2);
    for (const event of told)
      expect(event).toMatchObject({ patientId, requestId: null, visibleToPatient: true });
    expect(JSON.stringify(told.map(({ after }) => after))).not.toContain('@');
  });

  it('of each kind that is about no request reaches whoever has no record and no request', async () => {
    await owe({ kind: 'requestReceived' });
    const { id: userId } = await world.db.user.create({
      data: {
        email: 'dana@example.org',
        displayName: 'Dana',
        role: 'staff',
        locale: 'es',
        passwordHash: 'none',
        createdAt: now,
      },
    });
    const kinds = noticeKinds.filter(
      (kind) => !isAboutRequest(kind) && !['code', 'company'].includes(notices[kind].letter),
    );
    await inTransaction(world.db, async (tx) => {
      for (const kind of kinds) await oweNotice(tx, { kind, userId, now });
    });
    const sink = await startSink();
    await runQueue(smtpMailer(sink.url, from));
    const mine = sink.received.filter(({ recipients }) => recipients.includes('dana@example.org'));
    expect(mine).toHaveLength(kinds.length);
    expect(mine.filter(({ mail }) => !mail.html?.includes('lang="es"'))).toEqual([]);
    expect(await jobs()).toEqual([]);
  });

  it('about a deadline goes to the one who answers, with law, last day and days left of the day it is written', async () => {
    const { requestId } = await owe({ kind: 'requestReceived' });
    await runQueue(outboxMailer(world.db, world.clock));
    const { id: userId } = await world.db.user.create({
      data: {
        email: 'dana@example.org',
        displayName: 'Dana',
        role: 'staff',
        locale: 'en',
        passwordHash: 'none',
        createdAt: now,
      },
    });
    await inTransaction(world.db, (tx) =>
      oweNotice(tx, { kind: 'deadlineReminder', userId, requestId, now }),
    );
    const sink = await startSink();
    await runQueue(smtpMailer(sink.url, from));
    expect(sink.received.map(({ recipients }) => recipients)).toEqual([['dana@example.org']]);
    const { mail } = sink.received[0] as ReceivedMail;
    expect(mail.subject).toBe('There is work for you at Riverbend Imaging');
    expect(mail.text).toContain('Last day by law: Tuesday, July 13, 2027. 60 days are left.');
    expect(mail.text).toContain('PV-7K3M');
    expect(mail.text).toContain(`https://portal.riverbend.example/staff/requests/${requestId}`);
    expect(mail.text).not.toMatch(/accounting|Ruiz|Ana/);
    // The patient's own history tells of the patient's own mail alone.
    const events = await world.db.auditEvent.findMany({
      where: { type: 'notice.sent' },
      orderBy: { id: 'asc' },
    });
    expect(events.map(({ visibleToPatient }) => visibleToPatient)).toEqual([true, false]);
  });

  it('reaches a shut account; nothing else does', async () => {
    const { userId, noticeId } = await owe({ kind: 'answerReady' });
    await world.db.user.update({ where: { id: userId }, data: { disabledAt: now } });
    await inTransaction(world.db, (tx) => oweNotice(tx, { kind: 'accountChanged', userId, now }));
    const sink = await startSink();
    await runQueue(smtpMailer(sink.url, from));
    expect(sink.received.map(({ mail }) => mail.subject)).toEqual([
      'Something changed in your account at Riverbend Imaging',
    ]);
    expect(await sentAt(noticeId)).toBeNull();
    expect(await jobs()).toEqual([]);
  });
});

describe('a letter with a code', () => {
  it('carries it to an address without an account; the code rests sealed, and not at all once it is sent', async () => {
    await owe({ kind: 'requestReceived' });
    const code = '7K3M-9QXZ';
    const id = await inTransaction(world.db, (tx) =>
      oweLetter(tx, world.keys, {
        kind: 'mailCode',
        address: 'new@example.org',
        locale: 'es',
        code,
        now,
      }),
    );
    const before = await world.db.notice.findUniqueOrThrow({ where: { id } });
    expect(JSON.stringify(before)).not.toContain(code);
    const sink = await startSink(451);
    await runQueue(smtpMailer(sink.url, from));
    sink.refuseWith = null;
    await runJobsNow(smtpMailer(sink.url, from));

    const [letter] = sink.received.filter(({ recipients }) => recipients.includes('new@example.org'));
    expect(letter?.mail.subject).toBe('Su código de Riverbend Imaging');
    expect(letter?.mail.text).toContain(code);
    expect(letter?.mail.text).not.toMatch(/https?:/);
    expect(await world.db.notice.findUniqueOrThrow({ where: { id } })).toMatchObject({
      detailsSealed: null,
      sentAt: now,
    });
    const event = await world.db.auditEvent.findFirstOrThrow({ where: { subjectId: id } });
    expect(event).toMatchObject({ patientId: null, visibleToPatient: false, after: { kind: 'mailCode' } });
  });

  it('is not sent when its code was moved here from another letter', async () => {
    await owe({ kind: 'requestReceived' });
    const [one, two] = await inTransaction(world.db, async (tx) => {
      const letter = { kind: 'mailCode', locale: 'en', now } as const;
      return [
        await oweLetter(tx, world.keys, { ...letter, address: 'a@example.org', code: '7K3M-9QXZ' }),
        await oweLetter(tx, world.keys, { ...letter, address: 'b@example.org', code: 'AAAA-BBBB' }),
      ];
    });
    const { detailsSealed } = await world.db.notice.findUniqueOrThrow({ where: { id: one } });
    await world.db.notice.update({ where: { id: two }, data: { detailsSealed } });
    const mailer = outboxMailer(world.db, world.clock);
    await expect(sendAgain(two, mailer)).rejects.toThrow('does not open');
    expect(await world.db.outboxMessage.count()).toBe(0);
  });
});

describe('outboxMailer', () => {
  it('keeps one message when the job runs twice', async () => {
    const mailer = outboxMailer(world.db, world.clock);
    const { noticeId } = await owe({ kind: 'answerReady' });
    await runQueue(mailer);
    await sendAgain(noticeId, mailer);
    await world.db.notice.update({ where: { id: noticeId }, data: { sentAt: null } });
    await sendAgain(noticeId, mailer);

    expect(await world.db.outboxMessage.findMany()).toMatchObject([
      {
        noticeId,
        to: 'ana@example.org',
        subject: 'You have a message from Riverbend Imaging',
        writtenAt: now,
      },
    ]);
  });
});

const owe = (owing: Owing) => oweIn(world, owing);
const runQueue = (mailer: Mailer) => runQueueIn(world, mailer);
const runJobsNow = (mailer: Mailer) => runJobsNowIn(world, mailer);
const jobs = () => jobsOf(world);

async function sendAgain(noticeId: string, mailer: Mailer): Promise<void> {
  await run(taskList({ ...world, mailer }), { noticeId });
}

async function run(tasks: TaskList, payload: unknown): Promise<void> {
  await (tasks['send-notice'] as (payload: unknown) => Promise<void>)(payload);
}

async function sentAt(noticeId: string): Promise<Date | null> {
  return (await world.db.notice.findUniqueOrThrow({ where: { id: noticeId } })).sentAt;
}

async function startSink(refuseWith: number | null = null): Promise<SmtpSink> {
  const sink = await startSmtpSink({ refuseWith });
  undo.push(sink.stop);
  return sink;
}
