import type { Person } from '#app/audit/actor.ts';
import type { World } from '#app/db/world.ts';
import { draftAnswer, sendAnswer, type DraftedLetter } from '#app/requests/answer.server.ts';
import { askedForm } from '#app/requests/kinds/asked-form.ts';
import { saysNo } from '#app/requests/kinds/kind.ts';
import { kindDefinition, requestKinds, type RequestKind } from '#app/requests/kinds/registry.ts';
import type { Outcome } from '#app/requests/moves.ts';
import { fileAs } from './filing.ts';

/** The kinds that are asked for on the common page. */
export const askedKinds = requestKinds.filter((kind) => askedForm(kind) !== null);

/** What somebody fills into the form of a kind: its first choices, and words that name their field. */
export function filledForm(kind: RequestKind): Record<string, string> {
  return Object.fromEntries(
    (askedForm(kind)?.form ?? []).map(({ name, input, options = [] }) => [
      name,
      input === 'choice'
        ? (options[0]?.value ?? '')
        : input === 'vendors'
          ? 'all'
          : input === 'date'
            ? '2026-03-14'
            : `My words about ${name}.`,
    ]),
  );
}

/** Files a request for a copy of images. @returns its id */
export async function fileAccess(world: World, actor: Person & { patientId: string }): Promise<string> {
  return (await fileAs(world, actor, { kind: 'access', details: { part: 'images', delivery: 'link' } }))
    .requestId;
}

/** A letter with an outcome that has all it needs. */
export function wholeLetter(
  kind: RequestKind,
  outcome: Outcome,
  note = 'Our reasons, in plain words.',
): DraftedLetter {
  const { mustContain, grounds } = kindDefinition(kind);
  return {
    note,
    outcome,
    ground: saysNo({ grounds }, outcome) ? (grounds.find(({ id }) => id !== 'notAgreed')?.id ?? null) : null,
    contains: (mustContain[outcome] ?? []).map(({ id }) => id),
  };
}

/** Drafts and sends an answer, as two people where the kind wants a second look. */
export async function answer(
  world: World,
  requestId: string,
  { letter, drafter, sender }: { letter: DraftedLetter; drafter: Person; sender: Person },
): Promise<void> {
  const turn = async (actor: Person) => ({
    requestId,
    actor,
    expectedVersion: (
      await world.db.privacyRequest.findUniqueOrThrow({ where: { id: requestId }, select: { version: true } })
    ).version,
  });
  const drafted = await draftAnswer(world, await turn(drafter), letter);
  if (!drafted.ok) throw new Error(`not drafted: ${drafted.refusal}`);
  const sent = await sendAnswer(world, await turn(sender), { elementsLookedFor: true });
  if (!sent.ok) throw new Error(`not sent: ${sent.refusal}`);
}
