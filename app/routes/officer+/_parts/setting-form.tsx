import { Form } from '@remix-run/react';
import type { ReactNode } from 'react';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary, type FormErrorLine } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Timeline } from '#app/components/timeline.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import type { HistoryLine } from './settings-view.server.ts';

interface SettingPageProps {
  title: string;
  lead: string;
  errors: readonly FormErrorLine[];
  /** It was just saved. */
  done: boolean;
  history: readonly HistoryLine[];
  back?: { to: string; label: string };
  children: ReactNode;
}

/** What every page of the settings has: the way back, what just happened, what can be set, who set it before. */
export function SettingPage({ title, lead, errors, done, history, back, children }: SettingPageProps) {
  const words = useWords();
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={errors} />
        <Toast message={done && errors.length === 0 ? words('settings.saved') : null} />
        <PageHeader
          back={back ?? { to: '/officer/settings', label: words('settings.title') }}
          title={title}
          lead={lead}
        />
      </div>
      {children}
      {history.length > 0 ? (
        <Timeline past={history} headingLevel={2} />
      ) : (
        <p className="text-muted">{words('settings.history.none')}</p>
      )}
    </div>
  );
}

/** The form of a setting; who only reads sees what stands in it. */
export function SettingForm({
  version,
  mayManage,
  children,
}: {
  version: string;
  mayManage: boolean;
  children: ReactNode;
}) {
  const words = useWords();
  return (
    <Form method="post" noValidate className="stack max-w-2xl" key={version}>
      <input type="hidden" name="version" value={version} />
      <fieldset disabled={!mayManage} className="stack min-w-0">
        {children}
      </fieldset>
      {mayManage ? (
        <p>
          <Button>{words('settings.save')}</Button>
        </p>
      ) : (
        <p className="text-muted">{words('settings.readOnly')}</p>
      )}
    </Form>
  );
}
