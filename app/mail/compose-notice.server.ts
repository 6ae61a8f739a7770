import { z } from 'zod';
import { open } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { Db, Prisma } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { isNoticeKind, notices, pathOfNotice } from '#app/notices/notices.ts';
import { instantInWords } from '#app/words/dates.ts';
import { defaultLocale, isLocale } from '#app/words/locales.ts';
import { dueLine } from './due-line.ts';
import type { MailMessage } from './mailer.server.ts';
import { renderNotice } from './render-notice.server.ts';
import { toldLine } from './told-line.server.ts';

const fields = {
  id: true,
  kind: true,
  sentAt: true,
  deadAt: true,
  tries: true,
  owedAt: true,
  address: true,
  locale: true,
  detailsSealed: true,
  requestId: true,
  eventId: true,
  user: { select: { id: true, email: true, locale: true, role: true, patientId: true, disabledAt: true } },
  request: {
    select: {
      reference: true,
      patientId: true,
      ruleId: true,
      ruleVersion: true,
      dueOn: true,
      timeZone: true,
      respondedAt: true,
      closedAt: true,
    },
  },
} as const satisfies Prisma.NoticeSelect;

export type OwedLetter = Prisma.NoticeGetPayload<{ select: typeof fields }>;

export function owedLetter(db: Db, id: string): Promise<OwedLetter> {
  return db.notice.findUniqueOrThrow({ where: { id }, select: fields });
}

const sealedDetails = z.strictObject({ code: z.string() });

/** The code that a letter carries; null when it carries none. @throws when it was sealed for another letter */
function codeOf({ keys }: World, { id, detailsSealed }: OwedLetter): string | null {
  if (detailsSealed === null) return null;
  return sealedDetails.parse(JSON.parse(open(keys, detailsSealed, boundTo('notice', id)).toString())).code;
}

/**
 * An owed notice as the one message to the one person.
 * @returns also what must not be kept of a server's answer
 * @throws when this version does not know its kind, or it is not whole
 */
export async function composeNotice(
  world: World,
  letter: OwedLetter,
): Promise<{ message: MailMessage; secrets: string[] }> {
  const { id, kind, user, request, requestId } = letter;
  if (!isNoticeKind(kind)) throw new Error(`no notice of kind ${kind} is known`);
  const to = letter.address ?? user?.email;
  if (to === undefined) throw new Error('a notice goes to somebody');
  const code = codeOf(world, letter);
  const isToCompany = notices[kind].letter === 'company';
  if ((notices[kind].letter === 'code' || isToCompany) && !code)
    throw new Error('a letter with a code needs one');
  const path = isToCompany ? `/notices/${code}` : pathOfNotice(kind, requestId);

  const facility = await theFacility(world.db);
  const wanted = letter.locale ?? user?.locale;
  const locale = isLocale(wanted) ? wanted : defaultLocale;
  const rendered = await renderNotice({
    kind,
    locale,
    facility,
    reference: request?.reference ?? null,
    link: path ? new URL(path, world.appOrigin).href : null,
    when: instantInWords(locale, letter.owedAt, request?.timeZone ?? facility.timeZone),
    code: isToCompany ? null : code,
    told:
      letter.eventId === null
        ? null
        : await toldLine(world.db, letter.eventId, { locale, timeZone: facility.timeZone }),
    due: kind === 'deadlineReminder' && request ? dueLine(request, world.clock(), locale) : null,
  });
  const messageId = `<notice.${id}@${new URL(world.appOrigin).hostname}>`;
  const [mailbox = ''] = to.split('@');
  return {
    message: { ...rendered, to, messageId, noticeId: id },
    secrets: [to, code ?? '', mailbox.length > 3 ? mailbox : ''],
  };
}
