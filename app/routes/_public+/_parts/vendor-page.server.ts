import { theFacility } from '#app/facility/facility.server.ts';
import { purposesInWords } from '#app/optouts/choice-words.ts';
import { contentOfNotice } from '#app/optouts/vendor-notices/content.server.ts';
import { noticeOfLink, proofOfCode, type NoticeLink } from '#app/optouts/vendor-notices/links.server.ts';
import { attemptFrom, giveAddressBack } from '#app/people/limits.server.ts';
import type { DoorArgs } from '#app/web/context.ts';
import { readCookie } from '#app/web/cookies.server.ts';
import { notFound } from '#app/web/guard.server.ts';
import { localeOf } from '#app/web/locale.server.ts';
import { instantInWords } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';

export interface VendorDoor {
  token: string;
  link: NoticeLink;
  /** What the browser of who showed the code holds; null: the company has no code. */
  proof: string | null;
  /** This browser showed the code at this link. */
  hasCode: boolean;
  isUnlocked: boolean;
}

/** The notice behind the link of a page. @throws 404 for what is no link of ours; 429 for who tries many */
export async function doorOf({
  params,
  request,
  context: { world, address },
}: DoorArgs & { params: { token?: string } }): Promise<VendorDoor> {
  const limited = { kind: 'vendorPage', address } as const;
  const wait = await attemptFrom(world, limited);
  if (wait > 0) throw new Response(null, { status: 429, headers: { 'Retry-After': `${wait}` } });
  const token = params.token ?? '';
  // 256 bits in base64url: nothing else is looked for.
  const link = /^[\w-]{43}$/.test(token) ? await noticeOfLink(world, token) : null;
  if (!link) throw notFound();
  await giveAddressBack(world, limited);
  const proof = await proofOfCode(world, token, link.vendor.id);
  const hasCode = proof !== null && (await readCookie(world, request, 'vendorPage')) === proof;
  return { token, link, proof, hasCode, isUnlocked: link.state === 'open' && hasCode };
}

/** Whether somebody who says something saw what it is said of. A link of before is answered only by who saw what is asked anew. */
export async function wasShown(
  { context: { world } }: DoorArgs,
  { noticeId, isAskedAnew }: NoticeLink,
  shown: string | undefined,
): Promise<boolean> {
  if (!isAskedAnew) return true;
  const { reference } = await world.db.vendorNotice.findUniqueOrThrow({
    where: { id: noticeId },
    select: { reference: true },
  });
  return shown === reference;
}

/** What the page shows: without the code, whose page it is, and nothing of what it says. */
export async function vendorPageView(args: DoorArgs, { link, isUnlocked }: VendorDoor) {
  const { world } = args.context;
  const asked = new URL(args.request.url).searchParams.get('done');
  const { name, phone, timeZone } = await theFacility(world.db);
  const page = {
    facility: { name, phone },
    vendor: link.vendor.name,
    state: link.state,
    done: asked === 'acknowledged' || asked === 'answered' ? asked : null,
  };
  if (!isUnlocked) return { ...page, notice: null };
  const locale = await localeOf(args, null);
  const content = await contentOfNotice(world.db, link.noticeId, world.clock());
  return {
    ...page,
    notice: {
      reference: content.reference,
      kind: content.kind,
      purposes: purposesInWords(wordsFor(locale), content.purposes),
      stillPurposes: purposesInWords(wordsFor(locale), content.stillPurposes),
      coversDeidentified: content.coversDeidentified,
      from: instantInWords(locale, content.from, timeZone),
      until: content.until && instantInWords(locale, content.until, timeZone),
      identifiers: content.identifiers.map(({ issuer, value }) => `${issuer} ${value}`),
      studyUids: content.studyUids,
      acknowledged: link.acknowledged,
    },
  };
}

export type VendorNoticeView = NonNullable<Awaited<ReturnType<typeof vendorPageView>>['notice']>;
