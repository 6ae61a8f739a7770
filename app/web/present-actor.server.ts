import type { Words } from '#app/words/words.ts';

/** Who reads a history. */
export interface HistoryReader {
  /** A patient reads "you" and the facility's name; staff read names. */
  audience: 'patient' | 'staff';
  facilityName: string;
  /** The account that reads, and the patient it acts for at present, if any. */
  viewer?: { userId: string; actingFor: string | null };
}

interface Acted {
  actorKind: string;
  actorId: string | null;
  actorName: string;
  onBehalfOf: string | null;
}

/** Who did something, as the reader may know them: of the facility's people a patient reads the facility and the role, no names. */
export function actorInWords(words: Words, event: Acted, reader: HistoryReader): string {
  const { actorKind, actorId, actorName, onBehalfOf } = event;
  if (actorKind === 'system' || actorKind === 'machine') return words('requests.actor.system');
  if (reader.audience === 'staff')
    return onBehalfOf ? words('requests.actor.nameFor', { name: actorName, patient: onBehalfOf }) : actorName;
  if (actorKind === 'staff' || actorKind === 'privacyOfficer' || actorKind === 'auditor')
    return words(`requests.actor.${actorKind}`, { facility: reader.facilityName });
  const { viewer } = reader;
  const isViewer = viewer !== undefined && actorId === viewer.userId;
  if (onBehalfOf)
    return isViewer
      ? words('requests.actor.youFor', { patient: onBehalfOf })
      : viewer?.actingFor
        ? words('requests.actor.nameFor', { name: actorName, patient: onBehalfOf })
        : words('requests.actor.onBehalfOfYou', { name: actorName });
  // A patient's own history; a representative reads the patient's name in it.
  return viewer?.actingFor && !isViewer ? actorName : words('requests.actor.you');
}

/** The viewer of a page, for `actorInWords`. */
export function viewerOf(person: { id: string; onBehalfOf?: { name: string } }): HistoryReader['viewer'] {
  return { userId: person.id, actingFor: person.onBehalfOf?.name ?? null };
}
