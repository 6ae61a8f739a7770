import { placeOf, type Jurisdiction } from '#app/clocks/jurisdictions.ts';
import { access } from './access.ts';
import { accounting } from './accounting.ts';
import { amendment } from './amendment.ts';
import { complaint } from './complaint.ts';
import { identityNotShown, type DenialGround, type KindDefinition } from './kind.ts';
import { optOut } from './opt-out.ts';
import { optOutWithdrawal } from './opt-out-withdrawal.ts';
import { question } from './question.ts';
import { recall } from './recall.ts';
import { restriction } from './restriction.ts';

/** Every kind of request, in the order in which lists show them. A new kind is its file and its line here. */
const kinds = {
  optOut,
  optOutWithdrawal,
  accounting,
  access,
  question,
  restriction,
  amendment,
  recall,
  complaint,
};

export type RequestKind = keyof typeof kinds;
export const requestKinds = Object.keys(kinds) as [RequestKind, ...RequestKind[]];

export type DetailsOf<K extends RequestKind> = (typeof kinds)[K]['details']['_output'];

export function kindDefinition<K extends RequestKind>(kind: K): (typeof kinds)[K] {
  return kinds[kind];
}

/** The grounds that there are for refusing what was asked. @param asked the details of the request */
export function groundsOf(kind: RequestKind, asked: unknown): readonly DenialGround[] {
  const { grounds, details, allows }: KindDefinition<unknown> = kindDefinition(kind);
  if (!allows) return grounds;
  const read = details.safeParse(asked);
  return read.success ? grounds.filter(({ id }) => allows(read.data, id)) : [];
}

/** Those of them that there are in a place, with the law that allows them there. */
export function groundsIn(
  jurisdiction: Jurisdiction,
  grounds: readonly DenialGround[],
): (DenialGround & { citation: string | null })[] {
  const place = placeOf(jurisdiction);
  return grounds.flatMap((ground) =>
    place in ground.citations ? [{ ...ground, citation: ground.citations[place] ?? null }] : [],
  );
}

/** A ground of a kind by its id; null for none, and for one that the kind no longer has. */
export function groundOf(kind: RequestKind, id: string | null): DenialGround | null {
  return [...kindDefinition(kind).grounds, identityNotShown].find((ground) => ground.id === id) ?? null;
}
