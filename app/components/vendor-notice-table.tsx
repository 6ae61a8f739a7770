import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import type { VendorNoticeState } from '#app/optouts/vendor-notices/states.ts';
import { DataTable } from './data-table.tsx';
import { StatusBadge } from './status-badge.tsx';
import type { IconName } from './icon.tsx';
import type { Tone } from './tones.ts';
import { useWords } from './words.tsx';

/** A notice to a company in words. Nothing of the patient is in it but their request's number. */
export interface VendorNoticeLine {
  id: string;
  reference: string;
  kind: string;
  vendor: { id: string; name: string };
  request: { id: string; reference: string } | null;
  state: VendorNoticeState;
  /** Since when it waits: sent, or owed. */
  waitsSince: string;
  /** How long, where something is still asked. */
  days: string | null;
  reminders: string | null;
  /** By which way, and how the last try went. */
  delivery: string;
  failure: string | null;
  mayResend: boolean;
}

const looks: Record<VendorNoticeState, { tone: Tone; icon?: IconName }> = {
  owed: { tone: 'none', icon: 'ringDashed' },
  failed: { tone: 'late' },
  silent: { tone: 'soon' },
  escalated: { tone: 'late' },
  acknowledged: { tone: 'info' },
  answered: { tone: 'good' },
  closed: { tone: 'none' },
};

export function VendorNoticeBadge({ state }: { state: VendorNoticeState }) {
  const words = useWords();
  return <StatusBadge {...looks[state]}>{words(`vendorNotices.state.${state}`)}</StatusBadge>;
}

/** Notices to companies as rows. @param withBoxes those that can be sent again can be ticked */
export function VendorNoticeTable({
  lines,
  caption,
  empty,
  withBoxes = false,
}: {
  lines: readonly VendorNoticeLine[];
  caption: string;
  empty: ReactNode;
  withBoxes?: boolean;
}) {
  const words = useWords();
  const firstId = lines.find(({ mayResend }) => mayResend)?.id;
  return (
    <DataTable
      caption={caption}
      captionHidden
      rows={lines}
      rowKey={({ id }) => id}
      empty={empty}
      columns={[
        {
          key: 'notice',
          header: words('vendorNotices.column.notice'),
          rowHeader: true,
          cell: ({ id, reference, kind, request }) => (
            <>
              <Link to={`/staff/vendor-notices/${id}`} className="reach">
                {reference}
              </Link>
              <span className="text-note text-muted block font-normal">{kind}</span>
              {request && (
                <Link to={`/staff/requests/${request.id}`} className="text-note block font-normal">
                  {request.reference}
                </Link>
              )}
            </>
          ),
        },
        {
          key: 'vendor',
          header: words('vendorNotices.column.vendor'),
          cell: ({ vendor }) => <Link to={`/staff/vendors/${vendor.id}/notices`}>{vendor.name}</Link>,
        },
        {
          key: 'state',
          header: words('vendorNotices.column.state'),
          cell: ({ state, failure }) => (
            <>
              <VendorNoticeBadge state={state} />
              {failure && <span className="text-note mt-1 block">{failure}</span>}
            </>
          ),
        },
        {
          key: 'waits',
          header: words('vendorNotices.column.waits'),
          cell: ({ waitsSince, days, reminders }) => (
            <>
              {days && <span className="block font-semibold tabular-nums">{days}</span>}
              <span className="text-note text-muted block">{waitsSince}</span>
              {reminders && <span className="text-note text-muted block">{reminders}</span>}
            </>
          ),
        },
        {
          key: 'delivery',
          header: words('vendorNotices.column.delivery'),
          cell: ({ delivery }) => delivery,
        },
        ...(withBoxes
          ? [
              {
                key: 'again',
                header: words('vendorNotices.column.again'),
                cell: ({ id, reference, vendor, mayResend }: VendorNoticeLine) =>
                  mayResend && (
                    <input
                      type="checkbox"
                      id={id === firstId ? 'notice' : undefined}
                      name="notice"
                      value={id}
                      aria-label={words('vendorNotices.again.choose', { reference, vendor: vendor.name })}
                      className="size-6 cursor-pointer"
                    />
                  ),
              },
            ]
          : []),
      ]}
    />
  );
}
