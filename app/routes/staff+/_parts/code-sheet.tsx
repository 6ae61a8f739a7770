import { ButtonLink } from '#app/components/button.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PrintButton } from '#app/components/print-button.tsx';
import { CodeList } from '#app/components/shown-once.tsx';
import { useWords, WordsProvider } from '#app/components/words.tsx';
import type { OrderKind } from '#app/people/credential-orders.ts';
import type { Locale } from '#app/words/locales.ts';

interface Sheet {
  kind: OrderKind;
  codes: string[];
  /** Whose it is. */
  name: string;
  /** The person's language, not the one of who prints it. */
  locale: Locale;
  on: string;
  facility: { name: string; phone: string };
  signIn: string;
  signUp: string;
}

export interface CodeSheetProps {
  /** The same sheet in each language that it speaks: in one where the person's is known. */
  sheets: Sheet[];
}

/** The sheet that is handed out: shown this once, in the language of whom it is for. */
export function CodeSheet({ sheets }: CodeSheetProps) {
  const words = useWords();
  const [first] = sheets;
  if (!first) return null;
  return (
    <div className="sections">
      <div className="no-print stack">
        <Notice tone="soon" icon="lock" heading={words('crew.sheet.once')}>
          <p>{words(`crew.sheet.done.${first.kind}`)}</p>
          <p className="flex flex-wrap gap-4">
            <PrintButton>{words('crew.sheet.print')}</PrintButton>
            <ButtonLink to="/staff/sign-in-help" variant="outline">
              {words('crew.help.toList')}
            </ButtonLink>
          </p>
        </Notice>
      </div>
      <article className="stack">
        {sheets.map((sheet, at) => (
          <section key={sheet.locale} lang={sheet.locale} className="stack">
            <WordsProvider locale={sheet.locale}>
              <Steps sheet={sheet} isFirst={at === 0} />
            </WordsProvider>
          </section>
        ))}
        <CodeList codes={first.codes} />
        {sheets.map(({ locale }) => (
          <WordsProvider key={locale} locale={locale}>
            <Keep lang={locale} />
          </WordsProvider>
        ))}
      </article>
    </div>
  );
}

function Steps({ sheet, isFirst }: { sheet: Sheet; isFirst: boolean }) {
  const words = useWords();
  const { kind, name, on, facility, signIn, signUp } = sheet;
  const title = words('crew.sheet.title', { name });
  const opens = kind === 'invitedSheet';
  return (
    <>
      {isFirst ? <h1>{title}</h1> : <h2>{title}</h2>}
      <p className="text-muted">{words('crew.sheet.from', { facility: facility.name, date: on })}</p>
      <ol className="grid max-w-measure list-decimal gap-2 ps-6">
        <li>
          {opens
            ? words('crew.sheet.open1', { address: signUp })
            : words('crew.sheet.step1', { address: signIn })}
        </li>
        {opens && <li>{words('crew.sheet.open2')}</li>}
        <li>{words(opens ? 'crew.sheet.open3' : 'crew.sheet.step2')}</li>
        <li>{words(opens ? 'crew.sheet.open4' : 'crew.sheet.step3')}</li>
        <li>{words('crew.sheet.step4', { phone: facility.phone })}</li>
      </ol>
    </>
  );
}

function Keep({ lang }: { lang: Locale }) {
  const words = useWords();
  return (
    <p lang={lang} className="max-w-measure">
      {words('crew.sheet.keep')}
    </p>
  );
}
