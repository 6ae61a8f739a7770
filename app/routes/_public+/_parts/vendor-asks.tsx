import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import type { VendorNoticeView } from './vendor-page.server.ts';

/** What is asked of a company, and by what it finds whose images are meant. */
export function VendorAsks({ notice }: { notice: VendorNoticeView }) {
  const words = useWords();
  const { kind, purposes, stillPurposes, identifiers, studyUids, from, until } = notice;
  const list = (items: readonly string[]) =>
    items.length > 0 && (
      <ul>
        {items.map((item) => (
          <li key={item} className="break-all">
            {item}
          </li>
        ))}
      </ul>
    );
  const knowsNothing = identifiers.length === 0 && studyUids.length === 0;
  return (
    <div className="stack">
      <p className="font-semibold">{words(`vendorNotices.page.ask.${kind}`)}</p>
      <Uses purposes={purposes} />
      {kind === 'narrowed' && <p className="font-semibold">{words('vendorNotices.page.still')}</p>}
      <Uses purposes={stillPurposes} />
      {kind === 'ended' && <p>{words('vendorNotices.page.otherChoices')}</p>}
      {knowsNothing && <p>{words('vendorNotices.page.noneKnown')}</p>}
      <SummaryList
        rows={[
          { term: words('vendorNotices.page.reference'), value: notice.reference },
          { term: words('vendorNotices.page.from'), value: from },
          ...(until ? [{ term: words('vendorNotices.page.until'), value: until }] : []),
          ...(kind === 'recall'
            ? []
            : [
                {
                  term: words('vendorNotices.page.coverage'),
                  value: words(
                    notice.coversDeidentified
                      ? 'vendorNotices.page.covered'
                      : 'vendorNotices.page.notCovered',
                  ),
                },
              ]),
          ...(knowsNothing
            ? []
            : [
                { term: words('vendorNotices.page.patient'), value: list(identifiers) || '–' },
                { term: words('vendorNotices.page.studies'), value: list(studyUids) || '–' },
              ]),
        ]}
      />
    </div>
  );
}

function Uses({ purposes }: { purposes: readonly string[] }) {
  if (purposes.length === 0) return null;
  return (
    <ul className="list-disc ps-6">
      {purposes.map((purpose) => (
        <li key={purpose}>{purpose}</li>
      ))}
    </ul>
  );
}
