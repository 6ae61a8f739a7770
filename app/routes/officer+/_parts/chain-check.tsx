import { Link } from '@remix-run/react';
import { Icon } from '#app/components/icon.tsx';
import { Notice } from '#app/components/notice.tsx';
import { useWords } from '#app/components/words.tsx';
import type { MessageId } from '#app/words/words.ts';
import type { ChainView } from './officer-view.server.ts';

const whys: Record<'changed' | 'unlinked' | 'gap', MessageId> = {
  changed: 'officer.chain.changed',
  unlinked: 'officer.chain.unlinked',
  gap: 'officer.chain.gap',
};

/** Whether the audit log still fits together, entry by entry. */
export function ChainCheck({ chain }: { chain: ChainView }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="chain">
      <h2 id="chain">{words('officer.chain.heading')}</h2>
      {chain.whole ? (
        <>
          <p className="flex gap-2">
            <Icon name="tick" className="text-good mt-[0.25em]" />
            <span>{words('officer.chain.whole', { events: chain.events, at: chain.checkedAt })}</span>
          </p>
          <p>
            {words('officer.chain.head')}: <code className="text-note break-all">{chain.headHash}</code>
          </p>
          <p className="text-muted">{words('officer.chain.limit')}</p>
        </>
      ) : (
        <Notice
          tone="late"
          headingLevel={3}
          heading={words('officer.chain.broken', { sequence: chain.brokenAt })}
        >
          <p>{words(whys[chain.why])}</p>
          <p>{words('officer.chain.checked', { at: chain.checkedAt })}</p>
        </Notice>
      )}
      <p>
        <Link to="/officer/audit" className="reach">
          {words('officer.chain.open')}
        </Link>
      </p>
    </section>
  );
}
