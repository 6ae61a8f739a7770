import { redirect } from '@remix-run/node';
import { z } from 'zod';
import { theFacility } from '#app/facility/facility.server.ts';
import {
  openInvitationsOf,
  revokeInvitation,
  type Invited,
  type InvitedTo,
} from '#app/people/invitations.server.ts';
import { askInvitedSheet, sheetsOf } from '#app/people/invited-sheets.server.ts';
import { formMistakes, oneMistake } from '#app/web/forms.server.ts';
import { notFound, type Visit } from '#app/web/guard.server.ts';
import type { FormMistakes } from '#app/web/mistakes.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { sheetCheckOf } from './invitation-parts.tsx';

/** The fields of each form that makes or ends an invitation. */
export const invitationFields = {
  intent: z.enum(['make', 'revoke', 'sheet'], 'errors.formUnreadable'),
  delivery: z.enum(['desk', 'post'], 'errors.choose').optional(),
  invitation: z.uuid('errors.formUnreadable').optional(),
  sheet: z.literal('yes', 'errors.formUnreadable').optional(),
  identityCheck: z.string().trim().max(1_000, 'errors.tooLong').default(''),
};
type InvitationForm = z.infer<z.ZodObject<typeof invitationFields>>;

/** What it takes at least to say how somebody was looked at. */
const shortestCheck = 3;
const isChecked = ({ identityCheck }: InvitationForm) => identityCheck.length >= shortestCheck;

export interface InvitationView {
  id: string;
  /** Whom it is for, where the page is not about one person. */
  name: string | null;
  words: string;
  sheet: { said: string; waits: boolean; made: boolean };
}

/** The invitations of one kind that still work, with how their sheets stand; and what the last form did. */
export async function invitationsView(
  { world, locale, now }: Visit,
  to: InvitedTo,
  url: URL,
): Promise<{ open: InvitationView[]; done: 'revoked' | 'sheetAsked' | null }> {
  const { timeZone } = await theFacility(world.db);
  const words = wordsFor(locale);
  const open = await openInvitationsOf(world.db, to, now);
  const sheets = await sheetsOf(
    world.db,
    open.map((one) => one.id),
    now,
  );
  const done = z.enum(['revoked', 'sheetAsked']).safeParse(url.searchParams.get('done'));
  return {
    open: open.map((one) => ({
      id: one.id,
      name: typeof to === 'object' ? null : one.displayName,
      words: words('records.invite.open', {
        date: dayOfInstantInWords(locale, one.expiresAt, timeZone),
        name: one.invitedBy.displayName,
      }),
      sheet: sheetInWords(sheets.get(one.id)),
    })),
    done: done.success ? done.data : null,
  };

  function sheetInWords(sheet: { waits: boolean; issuedAt: Date | null } | undefined) {
    const made = sheet?.issuedAt ? dayOfInstantInWords(locale, sheet.issuedAt, timeZone) : null;
    const said = [
      ...(made ? [words('records.invite.sheetMade', { date: made })] : []),
      ...(sheet?.waits ? [words('records.invite.sheetWaits')] : []),
    ].join(' ');
    return { said, waits: sheet?.waits ?? false, made: made !== null };
  }
}

/** What a form did to an invitation that is open: ended it, or asked for its sheet. @param page where it is told */
export async function changeInvitation(
  { world, person: actor }: Visit,
  form: InvitationForm,
  to: InvitedTo,
  page: string,
) {
  const { invitation: invitationId, identityCheck } = form;
  if (!invitationId) return oneMistake('', 'errors.formUnreadable');
  if (form.intent === 'revoke') {
    if (!(await revokeInvitation(world, { actor, invitationId, to }))) throw notFound();
    return redirect(`${page}?done=revoked`);
  }
  if (!isChecked(form)) return oneMistake(sheetCheckOf(invitationId), 'errors.required');
  const patientId = typeof to === 'object' ? to.patientId : null;
  const asked = await askInvitedSheet(world, { actor, invitationId, patientId, identityCheck });
  if (asked.ok) return redirect(`${page}?done=sheetAsked`);
  if (asked.refusal === 'notFound') throw notFound();
  return oneMistake('', 'errors.sheetWaiting', { status: 409 });
}

/**
 * What a form that makes an invitation asks for. @param name of somebody without a record, where the page asks for it
 * @returns `identityCheck`: how somebody was looked at, where a sheet is wanted too; or what is missing
 */
export function invitationAsked(form: InvitationForm, name?: string) {
  const { delivery, sheet, identityCheck } = form;
  const typed = {
    ...(name === undefined ? {} : { name: [name] }),
    delivery: delivery ? [delivery] : [],
    sheet: sheet ? [sheet] : [],
    identityCheck: [identityCheck],
  };
  const errors: FormMistakes['errors'] = {
    ...(name === '' ? { name: 'errors.required' } : {}),
    ...(delivery ? {} : { delivery: 'errors.choose' }),
    ...(sheet && !isChecked(form) ? { identityCheck: 'errors.required' } : {}),
  };
  if (!delivery || Object.keys(errors).length > 0) return { mistake: formMistakes({ errors, typed }) };
  return { delivery, identityCheck: sheet ? identityCheck : null };
}

/** Shown in the answer to the form and nowhere else: no address leads to it again. */
export interface MadeInvitation {
  code: string;
  until: string;
  site: string;
  withSheet: boolean;
}

export async function madeInvitation(
  { world, locale }: Visit,
  made: Extract<Invited, { ok: true }>,
  withSheet: boolean,
): Promise<MadeInvitation> {
  const { timeZone } = await theFacility(world.db);
  const until = dayOfInstantInWords(locale, made.expiresAt, timeZone);
  return { code: made.code, until, site: world.appOrigin, withSheet };
}
