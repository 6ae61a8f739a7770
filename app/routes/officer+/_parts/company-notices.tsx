import { Form, Link } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { classNames } from '#app/components/class-names.ts';
import { EmptyState } from '#app/components/empty-state.tsx';
import { FieldError } from '#app/components/field-frame.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { VendorNoticeTable } from '#app/components/vendor-notice-table.tsx';
import { useWords } from '#app/components/words.tsx';
import { vendorNoticeStates, type VendorNoticeState } from '#app/optouts/vendor-notices/states.ts';
import type { CompaniesView } from './company-notices-view.server.ts';

const bad = new Set<VendorNoticeState>(['failed', 'escalated']);
const at = '/officer/notices';

/** How many notices to companies stand where; each number opens its list. */
export function CompanyCounts({
  counts,
  state,
}: {
  counts: CompaniesView['counts'];
  state: VendorNoticeState | null;
}) {
  const words = useWords();
  return (
    <nav aria-label={words('vendorNotices.counts')}>
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {vendorNoticeStates.map((one) => (
          <li key={one}>
            <Link
              to={`${at}?companies=${one}`}
              aria-current={one === state ? 'page' : undefined}
              className={classNames(
                'grid min-h-(--target) content-center rounded-sm border-2 px-4 py-2 no-underline',
                one === state ? 'border-act bg-surface' : 'border-rule',
                bad.has(one) && counts[one] > 0
                  ? 'text-late visited:text-late'
                  : 'text-text visited:text-text',
              )}
            >
              <span className="text-h2 font-bold tabular-nums">{counts[one]}</span>
              <span className="underline">{words(`vendorNotices.state.${one}`)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface ListProps {
  shown: NonNullable<CompaniesView['shown']>;
  mayResend: boolean;
  error: string | undefined;
}

/** One list of notices to companies; those that went out once can be sent again. */
export function CompanyNotices({ shown, mayResend, error }: ListProps) {
  const words = useWords();
  const { state, lines, next, isFirst } = shown;
  const caption = words(`vendorNotices.state.${state}`);
  const withBoxes = mayResend && lines.some((line) => line.mayResend);
  const table = (
    <VendorNoticeTable
      lines={lines}
      caption={caption}
      withBoxes={withBoxes}
      empty={
        <EmptyState title={words('vendorNotices.none')} headingLevel={3}>
          {words('vendorNotices.noneWhy')}
        </EmptyState>
      }
    />
  );
  return (
    <section className="stack" aria-labelledby="companies">
      <h2 id="companies">{caption}</h2>
      {withBoxes ? (
        <Form method="post" className="stack">
          {error && <FieldError id="notice-error">{error}</FieldError>}
          {table}
          <p>
            <Button name="intent" value="companies">
              {words('vendorNotices.again.chosen')}
            </Button>
          </p>
        </Form>
      ) : (
        table
      )}
      <Pagination
        label={words('vendorNotices.pages')}
        previousTo={isFirst ? undefined : `${at}?companies=${state}`}
        nextTo={next ? `${at}?companies=${state}&after=${next}` : undefined}
      />
    </section>
  );
}
