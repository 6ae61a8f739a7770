import type { Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Db, type RequestKind, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import type { Locale } from '#app/words/locales.ts';
import type { TemplateUse } from './templates.ts';

/** Which template: there is one in use of each at most. */
export interface TemplateKey {
  kind: RequestKind;
  use: TemplateUse;
  locale: Locale;
}

export interface Template extends TemplateKey {
  version: number;
  body: string;
  madeAt: Date;
  madeBy: string;
  /** Null while it is in use. */
  retiredAt: Date | null;
}

const shown = {
  kind: true,
  use: true,
  locale: true,
  version: true,
  body: true,
  madeAt: true,
  retiredAt: true,
  madeBy: { select: { displayName: true } },
} as const;

type Row = Omit<Template, 'madeBy' | 'locale'> & { locale: string; madeBy: { displayName: string } };
const asTemplate = ({ madeBy, locale, ...row }: Row): Template => ({
  ...row,
  locale: locale as Locale,
  madeBy: madeBy.displayName,
});

/** Every template in use. */
export async function templatesInUse(db: Db | Tx): Promise<Template[]> {
  const rows = await db.answerTemplate.findMany({
    where: { retiredAt: null },
    orderBy: [{ kind: 'asc' }, { use: 'asc' }, { locale: 'asc' }],
    select: shown,
  });
  return rows.map(asTemplate);
}

/** Every version of one, newest first: what was sent with an older one can be read in its words. */
export async function versionsOf(db: Db | Tx, { kind, use, locale }: TemplateKey): Promise<Template[]> {
  const rows = await db.answerTemplate.findMany({
    where: { kind, use, locale },
    orderBy: { version: 'desc' },
    select: shown,
  });
  return rows.map(asTemplate);
}

export type TemplateSaved = { ok: true } | { ok: false; refusal: 'changedMeanwhile' | 'nothingChanged' };

interface TemplateChange {
  template: TemplateKey;
  /** The newest version when the form was shown; 0: none. */
  expected: number;
  actor: Actor & { kind: 'person' };
}

/** Puts a new version in the place of the one in use. */
export function saveTemplate(
  world: World,
  { body, ...change }: TemplateChange & { body: string },
): Promise<TemplateSaved> {
  return changeTemplate(world, change, async (tx, { newest, inUse, at }) => {
    if (inUse?.body === body) return { ok: false, refusal: 'nothingChanged' };
    const { template, actor } = change;
    await retire(tx, template, at);
    const version = newest + 1;
    await tx.answerTemplate.create({
      data: { ...template, version, body, madeById: actor.id, madeAt: at },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'template.saved',
      actor,
      at,
      subject: subjectOf(template),
      before: { version: inUse?.version ?? null, body: inUse?.body ?? null },
      after: { ...template, version, body },
      visibleToPatient: false,
    });
    return { ok: true };
  });
}

/** Takes a template out of use; its versions stay. */
export function retireTemplate(world: World, change: TemplateChange): Promise<TemplateSaved> {
  return changeTemplate(world, change, async (tx, { inUse, at }) => {
    if (!inUse) return { ok: false, refusal: 'nothingChanged' };
    const { template, actor } = change;
    await retire(tx, template, at);
    await appendEvent(tx, {
      type: 'template.retired',
      actor,
      at,
      subject: subjectOf(template),
      before: { version: inUse.version },
      after: { ...template, version: null },
      visibleToPatient: false,
    });
    return { ok: true };
  });
}

function changeTemplate(
  world: World,
  { template, expected }: TemplateChange,
  change: (tx: Tx, standing: { newest: number; inUse: Template | null; at: Date }) => Promise<TemplateSaved>,
): Promise<TemplateSaved> {
  return inTransaction(world.db, async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext(${`template ${idOf(template)}`}))`;
    const [newest] = await versionsOf(tx, template);
    if ((newest?.version ?? 0) !== expected) return { ok: false, refusal: 'changedMeanwhile' };
    const inUse = newest && newest.retiredAt === null ? newest : null;
    return change(tx, { newest: expected, inUse, at: world.clock() });
  });
}

async function retire(tx: Tx, { kind, use, locale }: TemplateKey, at: Date): Promise<void> {
  await tx.answerTemplate.updateMany({
    where: { kind, use, locale, retiredAt: null },
    data: { retiredAt: at },
  });
}

const idOf = ({ kind, use, locale }: TemplateKey) => `${kind} ${use} ${locale}`;
const subjectOf = (template: TemplateKey) => ({ kind: 'template', id: idOf(template) });
