import { useWords } from '#app/components/words.tsx';

interface Wording {
  isYes: boolean;
  /** How long it counts by the facility's setting; null: until it is taken back. */
  years: number | null;
  version: string;
}

/** The words that a patient agrees to with a choice. Other words are another version. */
export function ChoiceWording({ isYes, years, version }: Wording) {
  const words = useWords();
  const lines = isYes
    ? (['yesStarts', 'yesName', 'yesLimit', 'yesFree', 'withdraw'] as const)
    : (['stops', 'limit', 'care', 'withdraw'] as const);
  return (
    <>
      <ul className="grid list-disc gap-2 ps-5">
        {lines.map((line) => (
          <li key={line}>{words(`optOuts.wording.${line}`)}</li>
        ))}
        {years !== null && (
          <li>{words(isYes ? 'optOuts.wording.yesEnds' : 'optOuts.wording.noEnds', { years })}</li>
        )}
      </ul>
      <p className="text-muted text-note">{words('optOuts.check.version', { version })}</p>
    </>
  );
}
