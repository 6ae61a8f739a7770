import type { TypedFields } from '#app/requests/drafts.server.ts';
import type { RequestKind } from '#app/requests/kinds/registry.ts';
import { guidedQuestion } from '#app/vendors/guided-questions.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';
import type { PatientVisit } from './guard.server.ts';

/**
 * What a company's page fills in when it leads to the form of a question (`?company=…&ask=…`): the question, and which company. What was
 * kept of the form stays, and the question comes after it. @returns null where the address names no company and no question
 */
export async function questionAbout(
  { world, locale }: PatientVisit,
  { asked, draft, request }: { asked: { kind: RequestKind }; draft: TypedFields; request: Request },
): Promise<TypedFields | null> {
  if (asked.kind !== 'question') return null;
  const named = new URL(request.url).searchParams;
  const slug = named.get('company');
  if (!slug || !/^[a-z0-9-]{1,60}$/.test(slug)) return null;
  const vendor = await world.db.vendor.findUnique({ where: { slug }, select: { id: true, name: true } });
  if (!vendor) return null;
  const words = wordsFor(locale);
  const guided = guidedQuestion(named.get('ask'));
  const { name } = vendor;
  const text = guided
    ? words('labels.ask.about', { name, question: words(`labels.ask.q.${guided.id}` as MessageId) })
    : words('labels.ask.wrong', { name });
  const before = draft.question?.[0] ?? '';
  return {
    ...draft,
    topic: [guided?.topic ?? 'other'],
    question: [before.includes(text.trim()) ? before : [before, text].filter(Boolean).join('\n\n')],
    vendors: [vendor.id],
  };
}
