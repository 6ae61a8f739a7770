import { useWords } from '#app/components/words.tsx';
import type { WhenAnsweredView } from '#app/web/present-asked-form.server.ts';

/** By when it is answered if it is sent now, and whether law or promise says so. */
export function WhenAnswered({ when: { basis, citation, date, acknowledged } }: { when: WhenAnsweredView }) {
  const words = useWords();
  return (
    <>
      {acknowledged && (
        <p>
          {words('asking.when.acknowledge', {
            date: acknowledged.date,
            citation: acknowledged.citation ?? '',
          })}
        </p>
      )}
      <p>
        {basis === 'promise'
          ? words('asking.when.promise', { date })
          : words('asking.when.law', { date, citation: citation ?? '' })}
      </p>
    </>
  );
}
