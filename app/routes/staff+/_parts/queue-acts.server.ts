import { redirect, type ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { assignRequest, colleagues, type AssignRefusal } from '#app/requests/assign.server.ts';
import type { MoveRefusal } from '#app/requests/decide.ts';
import { placeText, queueQuery, readPlace, readQueueFilter } from '#app/requests/queue.ts';
import { rowsOf } from '#app/requests/queue.server.ts';
import { searchRequests } from '#app/requests/queue-search.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { dropView, saveView } from '#app/requests/saved-views.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requirePerson, type Visit } from '#app/web/guard.server.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';
import { queueLines, type QueueLine } from './queue-view.server.ts';

const chosen = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.\d{1,9}$/, 'errors.formUnreadable');
const schema = z.discriminatedUnion(
  'intent',
  [
    z.strictObject({
      intent: z.literal('search'),
      text: z.string('errors.required').trim().max(200, 'errors.tooLong'),
      after: z.string().max(80, 'errors.formUnreadable').optional(),
    }),
    z.strictObject({
      intent: z.literal('assign'),
      chosen: z.array(chosen).max(100, 'errors.formUnreadable').default([]),
      assignee: z.union([z.literal(''), z.uuid()], 'errors.formUnreadable').default(''),
    }),
    z.strictObject({
      intent: z.literal('acknowledge'),
      chosen: z.array(chosen).max(100, 'errors.formUnreadable').default([]),
      assignee: z.string().optional(),
    }),
    z.strictObject({
      intent: z.literal('saveView'),
      name: z.string('errors.required').trim().min(1, 'errors.required').max(60, 'errors.tooLong'),
    }),
    z.strictObject({ intent: z.literal('dropView'), view: z.uuid('errors.formUnreadable') }),
  ],
  'errors.formUnreadable',
);
type Asked = z.infer<typeof schema>;

export interface FoundView {
  text: string;
  rows: QueueLine[];
  after: string | null;
  isFirst: boolean;
}

export interface ActedOn {
  /** What was done, in words; null when nothing was. */
  done: string | null;
  refused: { id: string; reference: string; why: string }[];
}

/** What the forms of the queue do. */
export async function actOnQueue(args: ActionFunctionArgs, visit: Visit) {
  const form = await readForm(args, { schema, lists: ['chosen'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { world, person } = visit;
  const asked = form.value;
  const query = queueQuery(readQueueFilter(new URL(args.request.url).searchParams));
  const here = `/staff${query ? `?${query}` : ''}`;
  switch (asked.intent) {
    case 'search':
      return search(visit, asked);
    case 'saveView': {
      const kept = await saveView(world, { ownerId: person.id, name: asked.name, query });
      if (kept.ok) return redirect(here);
      const message = kept.refusal === 'nameTaken' ? 'queue.nameTaken' : 'queue.tooManyViews';
      return oneMistake('name', message, { typed: { name: [asked.name] }, status: 409 });
    }
    case 'dropView':
      await dropView(world, person.id, asked.view);
      return redirect(here);
    default:
      return actOnMany(await requirePerson(args, 'requests.process'), asked);
  }
}

async function search(
  { world, person, locale, now }: Visit,
  { text, after }: Extract<Asked, { intent: 'search' }>,
) {
  if (!text) return oneMistake('text', 'queue.searchEmpty');
  const found = await searchRequests(world, person, {
    text,
    after: after ? readPlace(after, 'received') : null,
  });
  if (found.one !== null) return redirect(`/staff/requests/${found.one}`);
  return {
    found: {
      text,
      rows: queueLines(found.rows, now, locale),
      after: found.after && placeText(found.after),
      isFirst: !after,
    } satisfies FoundView,
  };
}

const why: Partial<Record<MoveRefusal | AssignRefusal, MessageId>> = {
  changedMeanwhile: 'queue.why.changedMeanwhile',
  notFromThisStatus: 'queue.why.notFromThisStatus',
  notAColleague: 'queue.why.notAColleague',
};

/** One thing done to each ticked request, one after the other: a refusal of one is no refusal of the others. */
async function actOnMany(
  { world, person, locale }: Visit,
  asked: Extract<Asked, { intent: 'assign' | 'acknowledge' }>,
) {
  if (asked.chosen.length === 0) return oneMistake('', 'queue.noneTicked');
  const words = wordsFor(locale);
  const assigneeId = asked.intent === 'assign' ? asked.assignee || null : null;
  const refused: { id: string; refusal: MoveRefusal | AssignRefusal }[] = [];
  for (const one of new Set(asked.chosen)) {
    const [requestId = '', version] = one.split('.');
    const acted =
      asked.intent === 'assign'
        ? await assignRequest(world, { requestId, assigneeId, actor: person })
        : await moveRequest(
            world,
            requestId,
            { name: 'acknowledge', expectedVersion: Number(version) },
            person,
          );
    if (!acted.ok) refused.push({ id: requestId, refusal: acted.refusal });
  }
  const names = new Map(
    (
      await rowsOf(
        world.db,
        refused.map(({ id }) => id),
      )
    ).map((row) => [row.id, row.reference]),
  );
  const to = assigneeId && (await colleagues(world.db)).find(({ id }) => id === assigneeId)?.name;
  const count = new Set(asked.chosen).size - refused.length;
  const done =
    asked.intent === 'acknowledge'
      ? words('queue.done.acknowledge', { count })
      : to
        ? words('queue.done.assign', { count, name: to })
        : words('queue.done.unassign', { count });
  return {
    acted: {
      done: count > 0 ? done : null,
      refused: refused.map(({ id, refusal }) => ({
        id,
        reference: names.get(id) ?? '',
        why: words(why[refusal] ?? 'errors.notFoundTitle'),
      })),
    } satisfies ActedOn,
  };
}
