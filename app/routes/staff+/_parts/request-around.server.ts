import type { Person } from '#app/audit/actor.ts';
import type { RequestEvent } from '#app/audit/audit.server.ts';
import type { World } from '#app/db/world.ts';
import { assignedTo, colleagues, type Colleague } from '#app/requests/assign.server.ts';
import { attachmentsOf, type AttachmentFacts } from '#app/requests/attachments.server.ts';
import { messagesOf } from '#app/requests/messages.server.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';

export interface FileView {
  id: string;
  name: string;
  /** What it is for, and how large, in words. */
  about: string;
  use: AttachmentFacts['use'];
}

export interface MessageView {
  id: string;
  by: string;
  at: string;
  text: string;
  /** What it is, where it is more than a message. */
  about: string | null;
  files: FileView[];
}

export interface AroundView {
  messages: MessageView[];
  notes: MessageView[];
  /** Files that came with no message. */
  files: FileView[];
  colleagues: Colleague[];
  assigneeId: string | null;
  /** Who else has opened this page just now, in words. */
  present: string[];
  /** One each for the forms that may be sent once. */
  keys: { message: string; remark: string };
}

/** A page that was opened longer ago is nobody's presence any more. */
const presentFor = 15 * 60_000;

/** What is written and filed about a request, who has it, and who else looks at it now. */
export async function aroundView(
  world: World,
  {
    request,
    events,
    person,
    now,
    locale,
  }: { request: RequestDetail; events: readonly RequestEvent[]; person: Person; now: Date; locale: Locale },
): Promise<AroundView> {
  const words = wordsFor(locale);
  const [messages, files, people, assigneeId] = await Promise.all([
    messagesOf(world, request.id, 'staff'),
    attachmentsOf(world.db, request.id, 'staff'),
    colleagues(world.db),
    assignedTo(world.db, request.id),
  ]);
  const filesOf = (messageId: string | null) =>
    files.filter((file) => file.messageId === messageId).map((file) => fileView(file, words));
  const views = (audience: 'patient' | 'internal') =>
    messages
      .filter((message) => message.audience === audience)
      .map(({ id, author, isStatement, text, writtenAt }) => ({
        id,
        by: author.name,
        at: instantInWords(locale, writtenAt, request.timeZone),
        text,
        about: isStatement ? words('asking.disagree.heading') : null,
        files: filesOf(id),
      }));
  return {
    messages: views('patient'),
    notes: views('internal'),
    files: filesOf(null),
    colleagues: people,
    assigneeId,
    present: presentNow(events, person, now).map(({ name, minutes }) =>
      words('desk.present', { name, minutes }),
    ),
    keys: { message: crypto.randomUUID(), remark: crypto.randomUUID() },
  };
}

function fileView({ id, fileName, byteCount, use }: AttachmentFacts, words: Words): FileView {
  return {
    id,
    use,
    name: fileName,
    about: words('desk.file.about', {
      use: words(`desk.file.use.${use}`),
      size: Math.max(1, Math.round(byteCount / 1024)),
    }),
  };
}

/** Colleagues who opened this request in the last minutes, each once, the latest first. Reading is an event, so nothing else is kept. */
function presentNow(events: readonly RequestEvent[], person: Person, now: Date) {
  const seen = new Map<string, { name: string; minutes: number }>();
  for (const { type, actorId, actorName, at } of [...events].reverse()) {
    const ago = now.getTime() - at.getTime();
    if (ago > presentFor) break;
    if (type === 'request.read' && actorId && actorId !== person.id && !seen.has(actorId))
      seen.set(actorId, { name: actorName, minutes: Math.floor(ago / 60_000) });
  }
  return [...seen.values()];
}
