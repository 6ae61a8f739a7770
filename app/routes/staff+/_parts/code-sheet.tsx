import { ButtonLink } from '#app/components/button.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PrintButton } from '#app/components/print-button.tsx';
import { CodeList } from '#app/components/shown-once.tsx';
import { useWords, WordsProvider } from '#app/components/words.tsx';
import type { OrderKind } from '#app/people/credential-orders.ts';
import type { Locale } from '#app/words/locales.ts';

export interface CodeSheetProps {
  sheet: {
    kind: OrderKind;
    codes: string[];
    /** Whose it is. */
    name: string;
    /** The person's language, not the one of who prints it. */
    locale: Locale;
    on: string;
    facility: { name: string; phone: string };
    signIn: string;
  };
}

/** The sheet that is handed out: shown this once, in the language of whom it is for. */
export function CodeSheet({ sheet }: CodeSheetProps) {
  const words = useWords();
  return (
    <div className="sections">
      <div className="no-print stack">
        <Notice tone="soon" icon="lock" heading={words('crew.sheet.once')}>
          <p>{words(`crew.sheet.done.${sheet.kind}`)}</p>
          <p className="flex flex-wrap gap-4">
            <PrintButton>{words('crew.sheet.print')}</PrintButton>
            <ButtonLink to="/staff/sign-in-help" variant="outline">
              {words('crew.help.toList')}
            </ButtonLink>
          </p>
        </Notice>
      </div>
      <article lang={sheet.locale} className="stack">
        <WordsProvider locale={sheet.locale}>
          <Paper {...sheet} />
        </WordsProvider>
      </article>
    </div>
  );
}

function Paper({ name, on, codes, facility, signIn }: CodeSheetProps['sheet']) {
  const words = useWords();
  return (
    <>
      <h1>{words('crew.sheet.title', { name })}</h1>
      <p className="text-muted">{words('crew.sheet.from', { facility: facility.name, date: on })}</p>
      <ol className="grid max-w-measure list-decimal gap-2 ps-6">
        <li>{words('crew.sheet.step1', { address: signIn })}</li>
        <li>{words('crew.sheet.step2')}</li>
        <li>{words('crew.sheet.step3')}</li>
        <li>{words('crew.sheet.step4', { phone: facility.phone })}</li>
      </ol>
      <CodeList codes={codes} />
      <p className="max-w-measure">{words('crew.sheet.keep')}</p>
    </>
  );
}
