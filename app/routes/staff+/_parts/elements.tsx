import { Icon } from '#app/components/icon.tsx';
import { useWords } from '#app/components/words.tsx';
import type { ElementCheck } from './elements-view.server.ts';

/** The law's tick list for the rows that it makes the facility list; what is missing is named. */
export function Elements({
  elements,
  addressesUnknown,
}: {
  elements: ElementCheck[];
  addressesUnknown: number;
}) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="elements">
      <h3 id="elements">{words('staff.element.heading')}</h3>
      {elements.length === 0 ? (
        <p>{words('staff.element.nothingListed')}</p>
      ) : (
        <ul className="grid gap-2">
          {elements.map(({ element, citation, missingIn }) => (
            <li key={element} className="flex gap-3">
              <Icon
                name={missingIn.length === 0 ? 'tick' : 'warning'}
                className={missingIn.length === 0 ? 'text-good mt-[0.2em]' : 'text-soon mt-[0.2em]'}
              />
              <div>
                <p>
                  <span className="font-semibold">
                    {words(missingIn.length === 0 ? 'staff.element.there' : 'staff.element.missing', {
                      element,
                      count: missingIn.length,
                    })}
                  </span>{' '}
                  <span className="text-muted text-note">{citation}</span>
                </p>
                {missingIn.length > 0 && (
                  <ul className="list-disc ps-5">
                    {missingIn.map((row, index) => (
                      <li key={`${index} ${row}`}>{row}</li>
                    ))}
                  </ul>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
      {addressesUnknown > 0 && (
        <p className="text-muted">{words('staff.element.addresses', { count: addressesUnknown })}</p>
      )}
    </section>
  );
}
