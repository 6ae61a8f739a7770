import type { Person, Role } from '#app/audit/actor.ts';
import { recordRead } from '#app/audit/reads.server.ts';
import { inTransaction, type Db, type Prisma, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { givesMore } from './officer-orders.ts';
import { accountFields, disableWithin, enableAccount, noteAccountChange } from './accounts.server.ts';
import { endSessionsOf, sessionLimits } from './sessions.server.ts';

export const facilityRoles = ['staff', 'privacyOfficer', 'auditor'] as const satisfies readonly Role[];
export type FacilityRole = (typeof facilityRoles)[number];

export const peoplePageSize = 25;

export interface PeopleFilter {
  /** Part of a name or an address. Patients' accounts are listed only when something is searched for. */
  search: string;
  role: Role | null;
  state: 'open' | 'disabled' | null;
  page: number;
}

const listed = {
  id: true,
  displayName: true,
  email: true,
  role: true,
  locale: true,
  disabledAt: true,
  createdAt: true,
  lastSignInAt: true,
  totpSecretSealed: true,
  _count: { select: { passkeys: true } },
  codeSets: {
    where: { replacedAt: null },
    select: { kind: true, _count: { select: { codes: { where: { usedAt: null } } } } },
  },
  sessions: { select: { lastSeenAt: true, absoluteExpiresAt: true } },
} as const satisfies Prisma.UserSelect;
type ListedUser = Prisma.UserGetPayload<{ select: typeof listed }>;

/** An account as those who look after accounts see it. No secret is in it. */
export interface ListedPerson {
  id: string;
  displayName: string;
  email: string;
  role: Role;
  locale: string;
  disabledAt: Date | null;
  createdAt: Date;
  lastSignInAt: Date | null;
  factors: { app: boolean; passkeys: number; recoveryCodes: number; sheetCodes: number };
  /** How many sessions are alive. */
  sessions: number;
}

function asListed(
  { totpSecretSealed, _count, codeSets, sessions, ...user }: ListedUser,
  now: Date,
): ListedPerson {
  const left = (kind: 'recovery' | 'sheet') => codeSets.find((set) => set.kind === kind)?._count.codes ?? 0;
  const idleSince = now.getTime() - sessionLimits[user.role].idle;
  return {
    ...user,
    factors: {
      app: totpSecretSealed !== null,
      passkeys: _count.passkeys,
      recoveryCodes: left('recovery'),
      sheetCodes: left('sheet'),
    },
    sessions: sessions.filter(
      ({ lastSeenAt, absoluteExpiresAt }) => absoluteExpiresAt > now && lastSeenAt.getTime() > idleSince,
    ).length,
  };
}

/** A page of accounts by name. */
export async function peopleList(
  db: Db,
  { search, role, state, page }: PeopleFilter,
  now: Date,
): Promise<{ total: number; people: ListedPerson[] }> {
  const part = { contains: search, mode: 'insensitive' as const };
  const where: Prisma.UserWhereInput = {
    ...(role ? { role } : search ? {} : { role: { in: [...facilityRoles] } }),
    ...(search ? { OR: [{ displayName: part }, { email: part }] } : {}),
    ...(state ? { disabledAt: state === 'open' ? null : { not: null } } : {}),
    // Nobody leafs through the list of patients here.
    ...(role === 'patient' && !search ? { id: { in: [] } } : {}),
  };
  const [total, rows] = await Promise.all([
    db.user.count({ where }),
    db.user.findMany({
      where,
      orderBy: [{ displayName: 'asc' }, { id: 'asc' }],
      skip: (page - 1) * peoplePageSize,
      take: peoplePageSize,
      select: listed,
    }),
  ]);
  return { total, people: rows.map((row) => asListed(row, now)) };
}

export async function personById(db: Db, id: string, now: Date): Promise<ListedPerson | null> {
  const row = await db.user.findUnique({ where: { id }, select: listed });
  return row && asListed(row, now);
}

/** Writes that somebody looked at a patient's account: a look at their record, where one is bound to it. Of colleagues nothing is written. */
export async function recordAccountRead(
  world: World,
  { actor, userId }: { actor: Person; userId: string },
): Promise<void> {
  const user = await world.db.user.findUnique({ where: { id: userId }, select: { patientId: true } });
  if (!user?.patientId) return;
  const { patientId } = user;
  await recordRead(world, {
    type: 'records.read',
    actor,
    subject: { kind: 'patient', id: patientId },
    patientId,
  });
}

/** What has happened to an account lately, newest first. */
export function eventsAboutAccount(db: Db, userId: string, most: number) {
  return db.auditEvent.findMany({
    where: { subjectKind: 'user', subjectId: userId },
    orderBy: { id: 'desc' },
    take: most,
    select: { id: true, at: true, type: true, actorName: true },
  });
}

export type PeopleRefusal =
  'notFound' | 'self' | 'lastOfficer' | 'changedMeanwhile' | 'secondOfficer' | 'recordHasAccount';
export type PeopleChange = { ok: true } | { ok: false; refusal: PeopleRefusal };
const refused = (refusal: PeopleRefusal): PeopleChange => ({ ok: false, refusal });

interface RoleChange {
  actor: Person;
  userId: string;
  /** The role that was shown: another change meanwhile is not overwritten. */
  from: FacilityRole;
  to: FacilityRole;
}

/**
 * Gives somebody of the facility a role that may do no more than their present one. More than that two officers give together
 * (officer-orders.server.ts).
 */
export function changeRole(world: World, change: RoleChange): Promise<PeopleChange> {
  const { actor, userId, from, to } = change;
  if (actor.id === userId) return Promise.resolve(refused('self'));
  if (givesMore(from, to)) return Promise.resolve(refused('secondOfficer'));
  const now = world.clock();
  return inTransaction(world.db, (tx) => changeRoleWithin(tx, { ...change, now }));
}

/**
 * The same in somebody's own transaction, for any role. Sessions end at once, so that nothing that was open goes on with the old one.
 * Nobody changes their own, no patient becomes a colleague or the other way round, and one officer always stays.
 */
export async function changeRoleWithin(
  tx: Tx,
  { actor, userId, from, to, now }: RoleChange & { now: Date },
): Promise<
  { ok: true } | { ok: false; refusal: Exclude<PeopleRefusal, 'secondOfficer' | 'recordHasAccount'> }
> {
  if (actor.id === userId) return { ok: false, refusal: 'self' };
  if (from === 'privacyOfficer' && to !== from && (await isLastOfficer(tx, userId)))
    return { ok: false, refusal: 'lastOfficer' };
  const [user] = await tx.user.updateManyAndReturn({
    where: { id: userId, role: from },
    data: { role: to },
    select: accountFields,
  });
  if (!user) {
    const known = await tx.user.findUnique({ where: { id: userId }, select: { role: true } });
    return { ok: false, refusal: !known || known.role === 'patient' ? 'notFound' : 'changedMeanwhile' };
  }
  await endSessionsOf(tx, userId);
  await noteAccountChange(tx, {
    user,
    type: 'user.roleChanged',
    actor,
    now,
    before: { role: from },
    after: { role: to },
  });
  return { ok: true };
}

/** Shuts somebody's account. Nobody shuts their own, and one officer always stays. */
export function disablePerson(
  world: World,
  { actor, userId }: { actor: Person; userId: string },
): Promise<PeopleChange> {
  if (actor.id === userId) return Promise.resolve(refused('self'));
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    if (await isLastOfficer(tx, userId)) return refused('lastOfficer');
    if (await disableWithin(tx, { which: { id: userId }, actor, now })) return { ok: true };
    const known = await tx.user.count({ where: { id: userId } });
    return refused(known ? 'changedMeanwhile' : 'notFound');
  });
}

/** Opens somebody's account again: a patient's only where no other one is open on the same person's records. */
export async function enablePerson(
  world: World,
  { actor, userId }: { actor: Person; userId: string },
): Promise<PeopleChange> {
  if (actor.id === userId) return refused('self');
  const enabled = await enableAccount(world, { id: userId }, actor);
  if (enabled.ok) return enabled;
  if (enabled.refusal === 'recordHasAccount') return refused('recordHasAccount');
  const known = await world.db.user.count({ where: { id: userId } });
  return refused(known ? 'changedMeanwhile' : 'notFound');
}

/** Ends all sessions of somebody else: a lost device, a computer left open. */
export function endSessionsOfPerson(
  world: World,
  { actor, userId }: { actor: Person; userId: string },
): Promise<PeopleChange> {
  if (actor.id === userId) return Promise.resolve(refused('self'));
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const user = await tx.user.findUnique({ where: { id: userId }, select: accountFields });
    if (!user) return refused('notFound');
    const ended = await endSessionsOf(tx, userId);
    await noteAccountChange(tx, {
      user,
      type: 'session.endedByOfficer',
      actor,
      now,
      after: { sessions: ended },
    });
    return { ok: true };
  });
}

/** Changes of officers wait for each other here: of the last two, one at a time can be taken away, and the second sees that. */
async function isLastOfficer(tx: Tx, userId: string): Promise<boolean> {
  const officers = await tx.$queryRaw<{ id: string }[]>`
    select id from user_account where role = 'privacyOfficer' and disabled_at is null order by id for update`;
  return officers.length === 1 && officers[0]?.id === userId;
}
