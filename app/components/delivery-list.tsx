import type { IconName } from './icon.tsx';
import { StatusBadge } from './status-badge.tsx';
import type { Tone } from './tones.ts';
import { useWords } from './words.tsx';

/** An email that was owed, in words. No address is in it, and nothing of what a record says. */
export interface DeliveryLine {
  id: string;
  what: string;
  to: string;
  /** The person's role; null for an address without an account. */
  role: string | null;
  /** "To the address from before". */
  toNote: string | null;
  /** The account's page. */
  toPage: string | null;
  request: { id: string; reference: string } | null;
  state: 'waiting' | 'failing' | 'dead' | 'sent';
  owed: string;
  tried: string | null;
  tries: number;
  sent: string | null;
  /** What the mail server said, or what was the matter. */
  said: string | null;
  mayResend: boolean;
}

const looks: Record<DeliveryLine['state'], { tone: Tone; icon?: IconName }> = {
  waiting: { tone: 'none', icon: 'ringDashed' },
  failing: { tone: 'soon' },
  dead: { tone: 'late' },
  sent: { tone: 'good' },
};

/** Where an email stands, in a word, and what was the matter. */
export function DeliveryState({ line }: { line: Pick<DeliveryLine, 'state' | 'said' | 'sent'> }) {
  const words = useWords();
  return (
    <>
      <StatusBadge {...looks[line.state]}>{words(`notices.state.${line.state}`)}</StatusBadge>
      {line.said && <span className="text-note mt-1 block wrap-anywhere">{line.said}</span>}
    </>
  );
}

/** What was written to people about one request, and whether it went out. */
export function DeliveryList({ lines, headingLevel = 2 }: { lines: DeliveryLine[]; headingLevel?: 2 | 3 }) {
  const words = useWords();
  const Heading = `h${headingLevel}` as const;
  return (
    <section className="stack" aria-labelledby="mail">
      <Heading id="mail">{words('notices.request.heading')}</Heading>
      {lines.length === 0 ? (
        <p className="text-muted">{words('notices.request.none')}</p>
      ) : (
        <ul className="border-rule max-w-measure border-t">
          {lines.map((line) => (
            <li key={line.id} className="border-rule border-b py-2">
              <p className="font-semibold">{line.what}</p>
              <p className="text-note text-muted mb-1">
                {line.to}
                {line.role && ` (${line.role})`} · {line.sent ?? line.tried ?? line.owed}
              </p>
              <DeliveryState line={line} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
