import { clockRule, isRuleId } from '#app/clocks/rules.ts';
import type { DueDateProps } from '#app/components/due-date.tsx';
import { purposeInWords } from '#app/disclosures/accounting-words.ts';
import type { TransferAgainstOptOut } from '#app/disclosures/against-opt-out.server.ts';
import { dateInWords, instantInWords, localDate } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

export interface AlertView {
  id: string;
  disclosureId: string;
  at: string;
  raisedAt: string;
  vendor: string;
  patient: { id: string; name: string };
  purpose: string;
  no: { requestId: string; reference: string } | null;
  lackedYes: boolean;
  due: DueDateProps | null;
  state: TransferAgainstOptOut['state'];
  stateInWords: string;
  version: number;
  takenBy: string | null;
  closed: { by: string; at: string; outcome: string; reason: string | null } | null;
  /** The law's last day if it was a breach. */
  breach: { date: string; citation: string } | null;
}

/** An alert for a page; its dates as the facility's local ones. */
export function alertView(
  alert: TransferAgainstOptOut,
  { now, locale }: { now: Date; locale: Locale },
): AlertView {
  const words = wordsFor(locale);
  const { timeZone, state, outcome } = alert;
  const at = (instant: Date) => instantInWords(locale, instant, timeZone);
  return {
    id: alert.id,
    disclosureId: alert.disclosureId,
    at: at(alert.occurredAt),
    raisedAt: at(alert.raisedAt),
    vendor: alert.vendorName,
    patient: alert.patient,
    purpose: purposeInWords(words, alert.purpose),
    no: alert.optOut,
    lackedYes: alert.lackedYes,
    due: state === 'closed' ? null : dueView(alert, { now, locale }),
    state,
    stateInWords: words(`ledger.alerts.state.${state}`),
    version: alert.version,
    takenBy: alert.takenBy,
    closed:
      state === 'closed' && alert.closedAt && outcome
        ? {
            by: alert.closedBy ?? '',
            at: at(alert.closedAt),
            outcome: words(`ledger.alerts.outcome.${outcome}`),
            reason: alert.reason,
          }
        : null,
    breach:
      alert.breachDueOn && alert.breachRuleId && isRuleId(alert.breachRuleId)
        ? {
            date: dateInWords(locale, alert.breachDueOn),
            citation: clockRule(alert.breachRuleId).citation ?? '',
          }
        : null,
  };
}

const warnDays = 2;

function dueView(
  { dueOn, timeZone }: TransferAgainstOptOut,
  { now, locale }: { now: Date; locale: Locale },
): DueDateProps {
  const words = wordsFor(locale);
  const left = Math.round((Date.parse(dueOn) - Date.parse(localDate(now, timeZone))) / 86_400_000);
  return {
    state: left < 0 ? 'overdue' : left === 0 ? 'dueToday' : left <= warnDays ? 'atRisk' : 'running',
    dueOn,
    date: dateInWords(locale, dueOn),
    basis: 'promise',
    detail:
      left === 0
        ? undefined
        : words(left < 0 ? 'requests.clock.daysLate' : 'requests.clock.daysLeft', { days: Math.abs(left) }),
  };
}
