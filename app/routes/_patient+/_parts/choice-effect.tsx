import { ImagesMap, type MapRecipient } from '#app/components/images-map.tsx';
import { useWords } from '#app/components/words.tsx';

interface Effect {
  effect: { title: string; recipients: readonly MapRecipient[] };
  patient: string;
  facility: string;
}

/** What a choice would do, on the picture of who has images today. */
export function ChoiceEffect({ effect, patient, facility }: Effect) {
  const words = useWords();
  const { title, recipients } = effect;
  return (
    <section className="stack" aria-labelledby="effect">
      <h2 id="effect">{words('optOuts.effect.heading')}</h2>
      {recipients.length === 0 ? (
        <p>{words('optOuts.effect.nobody')}</p>
      ) : (
        <>
          <ImagesMap
            title={title}
            scans={{ name: words('patient.map.scans'), detail: patient }}
            facility={{ name: facility }}
            recipients={recipients}
          />
          <p className="max-w-measure">{words('optOuts.effect.before')}</p>
        </>
      )}
    </section>
  );
}
