import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outboxMailer } from '#app/mail/mailer.server.ts';
import { attempt, forget, giveBack, sweepLimits } from '#app/people/limits.server.ts';
import { networkOf } from '#app/people/networks.ts';
import { authenticationOptions } from '#app/people/passkeys.server.ts';
import { checkCode, checkPassword, signInWithPasskey } from '#app/people/sign-in.server.ts';
import { SoftPasskey } from '#tests/support/authenticator.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import { runJobsNow } from '#tests/support/mailing.ts';
import { asForm, type Answer } from '#tests/support/site.ts';
import { startRealSite, type RealSite } from '#tests/support/site-process.ts';
import {
  castMember,
  codeNow,
  freshWorld,
  hours,
  minutes,
  personOf,
  seconds,
  type FreshWorld,
} from '#tests/support/world.ts';

let fresh: FreshWorld;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
});
beforeEach(async () => {
  await workerRuns();
  await fresh.world.db.rateLimit.deleteMany({});
  fresh.clock.advance(hours(25));
});
afterAll(() => fresh.drop());

const ines = castMember('patient');
const dana = castMember('staff');
const wrong = 'wrong-lantern-otter-42';

// Each guess from another place, as from a botnet.
let places = 0;
const stranger = () => ({ address: `198.51.${(places >> 8) & 255}.${places++ & 255}`, userAgent: 'Bot' });
const guess = (email: string, password = wrong) => checkPassword(fresh.world, email, password, stranger());

const workerRuns = () => runJobsNow(fresh.world, outboxMailer(fresh.world.db, fresh.world.clock));

const tables = ['audit_event', 'notice', 'outbox_message', 'rate_limit', 'graphile_worker.jobs'];

async function rowsNow(): Promise<Record<string, number>> {
  const counts = tables.map((table) => `select '${table}' as name, count(*)::int as rows from ${table}`);
  const { rows } = await fresh.world.database.pool.query<{ name: string; rows: number }>(
    counts.join(' union all '),
  );
  return Object.fromEntries(rows.map(({ name, rows }) => [name, rows]));
}

async function signInFrom(device: string | null, address = '203.0.113.9') {
  fresh.clock.advance(seconds(30));
  const from = { address, userAgent: 'Own', device };
  const half = await checkPassword(fresh.world, ines.email, ines.password, from);
  if (half.outcome !== 'secondFactorOwed') return half;
  return checkCode(fresh.world, half.pendingSecret, codeNow(ines, fresh.clock), from);
}

describe('wrong passwords from strangers', () => {
  it('ten shut the door for a quarter of an hour, and each further one for twice as long, up to a day', async () => {
    for (let turn = 0; turn < 10; turn++) expect(await guess(ines.email)).toEqual({ outcome: 'refused' });
    const waits: number[] = [];
    for (let turn = 0; turn < 9; turn++) {
      const shut = await guess(ines.email, ines.password);
      if (shut.outcome !== 'tooMany') throw new Error(shut.outcome);
      waits.push(shut.retryAfterSeconds / 60);
      fresh.clock.advance(seconds(shut.retryAfterSeconds));
      expect(await guess(ines.email)).toEqual({ outcome: 'refused' });
    }
    expect(waits).toEqual([15, 30, 60, 120, 240, 480, 960, 1_440, 1_440]);
  });

  it('never get more than a hundred guesses in a row, however long they wait; its owner still gets in', async () => {
    const own = await signInFrom(null);
    if (own.outcome !== 'signedIn') throw new Error(own.outcome);
    let judged = 0;
    for (let turn = 0; turn < 130; turn++) {
      if ((await guess(ines.email)).outcome === 'refused') judged++;
      fresh.clock.advance(hours(24));
    }
    expect(judged).toBe(100);
    fresh.clock.advance(hours(24 * 7));
    expect(await guess(ines.email, ines.password)).toMatchObject({ outcome: 'tooMany' });
    expect((await signInFrom(own.device)).outcome).toBe('signedIn');
    // A full sign-in begins the count anew.
    expect(await guess(ines.email)).toEqual({ outcome: 'refused' });
  }, 60_000);

  it('do not shut out a browser that its owner signed in with before', async () => {
    const first = await signInFrom(null);
    if (first.outcome !== 'signedIn') throw new Error(first.outcome);
    for (let turn = 0; turn < 12; turn++) await guess(ines.email);
    expect((await signInFrom(null)).outcome).toBe('tooMany');
    expect((await signInFrom(first.device)).outcome).toBe('signedIn');
    // Somebody else's browser is no such browser, and a cookie that was made up is none.
    for (let turn = 0; turn < 12; turn++) await guess(dana.email);
    const from = { ...stranger(), device: first.device };
    expect((await checkPassword(fresh.world, dana.email, dana.password, from)).outcome).toBe('tooMany');
    for (let turn = 0; turn < 12; turn++) await guess(ines.email);
    expect((await signInFrom('A'.repeat(43))).outcome).toBe('tooMany');
  });

  it('a known browser has its own ten, and after half a year it is a stranger', async () => {
    const first = await signInFrom(null);
    if (first.outcome !== 'signedIn') throw new Error(first.outcome);
    const from = { address: '203.0.113.9', userAgent: 'Own', device: first.device };
    for (let turn = 0; turn < 10; turn++) await checkPassword(fresh.world, ines.email, wrong, from);
    expect((await signInFrom(first.device)).outcome).toBe('tooMany');
    expect((await signInFrom(null)).outcome).toBe('signedIn');
    fresh.clock.advance(hours(24 * 181));
    for (let turn = 0; turn < 10; turn++) await guess(ines.email);
    expect((await signInFrom(first.device)).outcome).toBe('tooMany');
  });

  it('leave the door of passkeys open', async () => {
    const { world } = fresh;
    const { id } = await personOf(world, 'patient');
    const passkey = new SoftPasskey(testOrigin, id);
    await world.db.passkey.create({
      data: {
        userId: id,
        credentialId: passkey.credentialId.toString('base64url'),
        publicKey: new Uint8Array(passkey.coseKey),
        counter: 0n,
        transports: [],
        backedUp: false,
        name: 'Phone',
        createdAt: world.clock(),
      },
    });
    for (let turn = 0; turn < 12; turn++) await guess(ines.email);
    const { cookie, options } = await authenticationOptions(world, { purpose: 'signIn' });
    const response = passkey.used(options.challenge);
    expect((await signInWithPasskey(world, { cookie, response }, stranger())).outcome).toBe('signedIn');
  });

  it('thirty at one instant: ten are judged', async () => {
    const steps = await Promise.all(Array.from({ length: 30 }, () => guess(ines.email)));
    expect(steps.filter(({ outcome }) => outcome === 'refused')).toHaveLength(10);
    expect(steps.filter(({ outcome }) => outcome === 'tooMany')).toHaveLength(20);
  });

  it('are told of once a lock in the audit, and to its owner at most once a day', async () => {
    const { db } = fresh.world;
    const count = async () => ({
      events: await db.auditEvent.count({ where: { type: 'signIn.locked' } }),
      notices: await db.notice.count({ where: { kind: 'signInLocked' } }),
    });
    const before = await count();
    for (let turn = 0; turn < 15; turn++) await guess(ines.email);
    await workerRuns();
    expect(await count()).toEqual({ events: before.events + 1, notices: before.notices + 1 });
    fresh.clock.advance(minutes(15));
    await guess(ines.email);
    await workerRuns();
    expect(await count()).toEqual({ events: before.events + 2, notices: before.notices + 1 });
    for (let turn = 0; turn < 15; turn++) await guess('nobody@demo.example');
    await workerRuns();
    expect(await count()).toEqual({ events: before.events + 3, notices: before.notices + 1 });
  });

  it('write the same in the try that shuts the door of an account, and of an address that is nobody’s', async () => {
    const writtenByLock = async (email: string) => {
      for (let turn = 0; turn < 9; turn++) await guess(email);
      const before = await rowsNow();
      await guess(email);
      return Object.fromEntries(
        Object.entries(await rowsNow()).map(([table, rows]) => [table, rows - (before[table] ?? 0)]),
      );
    };
    const forAccount = await writtenByLock(ines.email);
    expect(forAccount).toMatchObject({ audit_event: 2, 'graphile_worker.jobs': 1, notice: 0 });
    expect(await writtenByLock('nobody.either@demo.example')).toEqual(forAccount);
  });

  it('are in the audit one by one, to be seen by their owner, as are refused passkeys', async () => {
    const { db } = fresh.world;
    const refused = (subjectKind: string) =>
      db.auditEvent.count({ where: { type: 'session.refused', subjectKind } });
    const before = [await refused('user'), await refused('address'), await refused('network')];
    await guess(ines.email);
    await guess('nobody.at.all@demo.example');
    await signInWithPasskey(fresh.world, { cookie: '', response: '{}' }, stranger());
    const after = [await refused('user'), await refused('address'), await refused('network')];
    expect(after).toEqual(before.map((count) => count + 1));
    const last = await db.auditEvent.findFirstOrThrow({
      where: { type: 'session.refused', subjectKind: 'user' },
      orderBy: { id: 'desc' },
      select: { visibleToPatient: true, patientId: true, actorKind: true, after: true },
    });
    expect(last).toMatchObject({ visibleToPatient: true, actorKind: 'system', after: { step: 'password' } });
    expect(last.patientId).not.toBeNull();
  });

  it('for an address that is nobody’s are counted and answered alike', async () => {
    const outcomes = async (email: string) => {
      const found: unknown[] = [];
      for (let turn = 0; turn < 12; turn++) found.push(await guess(email));
      return found;
    };
    expect(await outcomes('nobody.at.all@demo.example')).toEqual(await outcomes(dana.email));
  });
});

describe('a network address', () => {
  it('gets a hundred tries in a quarter of an hour, over all accounts', async () => {
    const from = { address: '2001:db8:1:2:3::4', userAgent: 'Bot' };
    const outcomes = new Set<string>();
    for (let turn = 0; turn < 100; turn++) {
      const step = await attempt(fresh.world, { kind: 'signIn', key: `u${turn}`, address: from.address });
      outcomes.add(String(step.wait));
    }
    expect([...outcomes]).toEqual(['0']);
    const neighbour = { kind: 'signIn', key: 'another', address: '2001:db8:1:2:ffff::1' } as const;
    expect((await attempt(fresh.world, neighbour)).wait).toBe(15 * 60);
    expect((await attempt(fresh.world, { ...neighbour, address: '2001:db8:1:3::1' })).wait).toBe(0);
    fresh.clock.advance(minutes(15));
    expect((await attempt(fresh.world, neighbour)).wait).toBe(0);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '20010db800010002/64'],
    ['nonsense', 'nonsense'],
  ])('%s is counted as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('the counters', () => {
  it('give a right try back: the door that it shut opens, one that another try shut meanwhile stays shut', async () => {
    const { world, clock } = fresh;
    const door = { kind: 'signIn', key: ines.email, address: '192.0.2.1' } as const;
    for (let turn = 0; turn < 9; turn++) await attempt(world, door);
    const tenth = await attempt(world, door);
    expect((await attempt(world, door)).wait).toBe(15 * 60);
    await giveBack(world, door, tenth);
    expect(await attempt(world, door)).toMatchObject({ wait: 0, refusals: 10 });
    await forget(world, door);
    for (let turn = 0; turn < 8; turn++) await attempt(world, door);
    const right = await attempt(world, door);
    const stranger = { ...door, address: '198.51.100.7' };
    expect(await attempt(world, stranger)).toMatchObject({ wait: 0, refusals: 10 });
    await giveBack(world, door, right);
    expect((await attempt(world, door)).wait).toBe(15 * 60);
    // It is no try that counts any more: the next wait is no longer for it.
    clock.advance(minutes(15));
    expect(await attempt(world, door)).toMatchObject({ wait: 0, refusals: 10 });
  });

  it('of passwords outlast a sweep, also where the address is nobody’s; those of mailed codes rest a month first, and windows that are over go', async () => {
    const { world, clock } = fresh;
    const account = { kind: 'signIn', key: ines.email, address: '192.0.2.1' } as const;
    const nobody = { ...account, key: 'nobody@demo.example' };
    const mailed = { ...account, kind: 'mailCode' } as const;
    for (let turn = 0; turn < 3; turn++) await attempt(world, account);
    for (let turn = 0; turn < 3; turn++) await attempt(world, nobody);
    await attempt(world, mailed);
    clock.advance(minutes(16));
    await sweepLimits(world.db, clock.now());
    expect(await world.db.rateLimit.count()).toBe(3);
    clock.advance(hours(24 * 31));
    await sweepLimits(world.db, clock.now());
    expect(await world.db.rateLimit.findMany({ select: { points: true } })).toEqual([
      { points: 3 },
      { points: 3 },
    ]);
    expect(await attempt(world, account)).toEqual(await attempt(world, nobody));
    await forget(world, account);
    await forget(world, nobody);
    await world.db.rateLimit.deleteMany({ where: { key: { startsWith: 'address:' } } });
    expect(await world.db.rateLimit.count()).toBe(0);
  });
});

describe('two processes on one database', () => {
  let site: RealSite;
  beforeAll(async () => {
    site = await startRealSite({ count: 2, smtpUrl: 'smtp://127.0.0.1:9', fromTemplate: true });
  }, 120_000);
  afterAll(() => site.stop());

  const post = async (turn: number, password: string) => {
    const form = asForm({ email: ines.email, password }, `__Host-plainview_device=${turn}; fresh=${turn}`);
    const forged = { 'X-Forwarded-For': `203.0.113.${turn}`, Forwarded: `for=198.51.100.${turn}` };
    return await site.processes[turn % 2]?.ask('/sign-in', {
      ...form,
      headers: { ...form.headers, ...forged },
    });
  };
  const counters = () =>
    site.fresh.world.db.rateLimit.findMany({ orderBy: { key: 'asc' }, select: { key: true, points: true } });
  const shut = (answer: Answer | undefined) => {
    expect(answer?.status).toBe(429);
    expect(Number(answer?.headers['retry-after'])).toBeGreaterThan(300);
    expect(answer?.headers['set-cookie']).toBeUndefined();
  };

  it('count together, outlast kill -9, and are not fooled by cookies or forged addresses', async () => {
    const answers: (Answer | undefined)[] = [];
    while (answers.length < 101) {
      const { length } = answers;
      const wave = Array.from({ length: Math.min(20, 101 - length) }, (_, turn) => length + turn);
      answers.push(...(await Promise.all(wave.map((turn) => post(turn, wrong)))));
    }
    const judged = answers.filter((answer) => answer?.status === 400);
    expect(judged).toHaveLength(10);
    for (const answer of answers.filter((one) => !judged.includes(one))) shut(answer);
    const before = await counters();
    // Ten of the account, and of the one network that all came from a hundred.
    expect(before.map(({ points }) => points).sort((a, b) => a - b)).toEqual([10, 100]);
    for (const turn of [102, 103]) shut(await post(turn, ines.password));

    await site.processes[0]?.killAndRestart();
    expect(await counters()).toEqual(before);
    for (const turn of [104, 105]) shut(await post(turn, ines.password));
    // It is the account that is shut, for every network; and no other account.
    const tried = (email: string, password: string) =>
      checkPassword(site.fresh.world, email, password, stranger());
    expect(await tried(ines.email, ines.password)).toMatchObject({ outcome: 'tooMany' });
    expect(await tried(dana.email, dana.password)).toMatchObject({ outcome: 'secondFactorOwed' });
  }, 120_000);
});
