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

/** Whether the audit log still fits together, entry by entry, and with the notes that are kept of it elsewhere. */
export function ChainCheck({ chain }: { chain: ChainView }) {
  const words = useWords();
  const { result, stalled, checkedAt, wholeAt } = chain;
  return (
    <section className="stack" aria-labelledby="chain">
      <h2 id="chain">{words('officer.chain.heading')}</h2>
      {result.whole ? (
        <>
          <p className="flex gap-2">
            <Icon name="tick" className="text-good mt-[0.25em]" />
            <span>
              {words('officer.chain.whole', { events: result.events, at: checkedAt })}{' '}
              {words('officer.chain.wholeAt', { at: wholeAt })}
            </span>
          </p>
          <p>
            {words('officer.chain.head')}: <code className="text-note break-all">{result.headHash}</code>
          </p>
        </>
      ) : (
        <Notice
          tone="late"
          headingLevel={3}
          heading={words('officer.chain.broken', { sequence: result.brokenAt })}
        >
          <p>
            {'until' in result
              ? words(result.why === 'cut' ? 'officer.chain.cut' : 'officer.chain.rewritten', {
                  from: result.brokenAt,
                  until: result.until,
                })
              : words(whys[result.why])}
          </p>
          <p>{words('officer.chain.checked', { at: checkedAt })}</p>
        </Notice>
      )}
      {chain.oddTimes.count > 0 && <OddTimes {...chain.oddTimes} />}
      {stalled && <p>{words('officer.chain.stalled', stalled)}</p>}
      <Notes {...chain.notes} />
      <p>
        <Link to="/officer/audit" className="reach">
          {words('officer.chain.open')}
        </Link>
      </p>
    </section>
  );
}

function OddTimes({ count, first }: ChainView['oddTimes']) {
  const words = useWords();
  return (
    <Notice tone="late" headingLevel={3} heading={words('officer.chain.oddTimes', { count })}>
      <ul>
        {first.map(({ sequence, at, recorded }) => (
          <li key={sequence}>
            {recorded
              ? words('officer.chain.oddTime', { sequence, at, recorded })
              : words('officer.chain.oddTimeMissing', { sequence, at })}
          </li>
        ))}
      </ul>
      {count > first.length && <p>{words('officer.chain.oddTimesMore', { count: count - first.length })}</p>}
    </Notice>
  );
}

function Notes({ kept, newest, forged }: ChainView['notes']) {
  const words = useWords();
  return (
    <>
      {forged > 0 && <p>{words('officer.chain.noteForged', { count: forged })}</p>}
      {kept === 'none' && <p>{words('officer.chain.noteMissing')}</p>}
      {kept === 'late' && newest && <p>{words('officer.chain.noteLate', { at: newest.at })}</p>}
      {newest ? (
        <p className="text-muted">{words('officer.chain.noted', newest)}</p>
      ) : (
        <p className="text-muted">{words('officer.chain.limit')}</p>
      )}
    </>
  );
}
