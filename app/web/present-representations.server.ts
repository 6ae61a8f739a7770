import type { Tone } from '#app/components/tones.ts';
import type { RepresentationListed } from '#app/people/representations-reading.server.ts';
import { patientMayEnd } from '#app/people/representation-rules.ts';
import { dateInWords, dayOfInstantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

export interface RepresentationView {
  id: string;
  standing: RepresentationListed['standing'];
  standingInWords: string;
  tone: Tone;
  patient: string;
  representative: string;
  relationship: string;
  basisInWords: string;
  scopeInWords: string;
  /** Its last day, or since when it does not count; null where there is nothing to say. */
  until: string | null;
  asked: string;
  reason: string | null;
  patientMayEnd: boolean;
}

const tones: Record<RepresentationListed['standing'], Tone> = {
  asked: 'info',
  counts: 'good',
  refused: 'none',
  ranOut: 'none',
  ended: 'none',
};

/** A representation for a page, in words. Dates are the facility's. */
export function representationView(
  one: RepresentationListed,
  { locale, timeZone }: { locale: Locale; timeZone: string },
): RepresentationView {
  const words = wordsFor(locale);
  return {
    id: one.id,
    standing: one.standing,
    standingInWords: words(`records.standing.${one.standing}`),
    tone: tones[one.standing],
    patient: one.patientName,
    representative: one.representative.name,
    relationship: one.relationship,
    basisInWords: words(`records.basis.${one.basis}`),
    scopeInWords: words(`records.scope.${one.scope}`),
    until: untilInWords(),
    asked: dayOfInstantInWords(locale, one.askedAt, timeZone),
    reason: one.reason,
    patientMayEnd: patientMayEnd(one.basis),
  };

  function untilInWords(): string | null {
    if (one.endedAt)
      return words('records.until.ended', { date: dayOfInstantInWords(locale, one.endedAt, timeZone) });
    if (one.standing === 'asked')
      return words('records.until.asked', { date: dayOfInstantInWords(locale, one.askedAt, timeZone) });
    if (one.standing === 'refused') return null;
    if (!one.endsOn) return words('records.until.open');
    const date = dateInWords(locale, one.endsOn);
    return words(one.standing === 'ranOut' ? 'records.until.was' : 'records.until.last', { date });
  }
}
