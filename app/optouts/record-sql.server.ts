import { ownEnd } from './counted-asks.server.ts';

/** The row of `opt_out` is `o` in each of these, as in `ownEnd`. Instants are kept in milliseconds, which a double holds; a numeric takes longer. */
const milliseconds = (instant: string) => `(date_part('epoch', ${instant}) * 1000)::bigint`;

/** What is put together from text holds nothing that came from outside. */
const end = ownEnd.sql;
/** The same of a row about which nobody was asked: asking each of a hundred thousand takes longer than all the rest of them. */
const endOfUnasked = `case o.act when 'denied' then null else o.expires_at end`;

const isPlain = `o.act = 'denied' and o.vendor_reach = 'all' and o.study_reach = 'all' and o.covers_deidentified and o.supersedes_id is null
  and o.effective_from = o.recorded_at`;
const fields = (of: string[]) => of.join(` || '|' || `);

/**
 * SQL that writes the row `o` of `opt_out` as a text without comma, semicolon, tab, quote or line break, so that it stands in front of a row of
 * CSV as it is; `recordsIn` reads it. JSON costs eight times as much, and a list has a hundred thousand of them. Most are a "no" to everybody
 * for all images, from when it was recorded on: of those nothing more is written.
 */
const textWith = (
  ending: string,
) => `${fields(['o.id', 'o.sequence', `array_to_string(o.purposes, ' ')`, milliseconds('o.recorded_at')])}
  || case when ${isPlain} and ${ending} is null then '' else '|' || ${fields([
    'o.act',
    `case o.vendor_reach when 'all' then '*' else array_to_string(o.vendor_ids, ' ') end`,
    `case o.study_reach when 'all' then '*' else array_to_string(o.study_uids, ' ') end`,
    'o.covers_deidentified::int',
    milliseconds('o.effective_from'),
    `coalesce(${milliseconds(ending)}::text, '')`,
    `coalesce(o.supersedes_id::text, '')`,
    `case o.act when 'permitted' then array_to_string(o.given_for_ids, ' ') else '' end`,
  ])} end`;
export const recordText = textWith(end);
/** For a row that `opt_out_ask` does not name. */
export const unaskedRecordText = textWith(endOfUnasked);

/** SQL that gives the row `o` of `opt_out` as JSON, a `RecordRow`; instants as milliseconds, which they are kept in. */
export const recordJson = `json_build_object('id', o.id, 's', o.sequence::text, 'act', o.act, 'purposes', o.purposes, 'vr', o.vendor_reach,
    'v', o.vendor_ids, 'sr', o.study_reach, 'u', o.study_uids, 'd', o.covers_deidentified, 'from', ${milliseconds('o.effective_from')},
    'to', ${milliseconds(end)}, 'at', ${milliseconds('o.recorded_at')}, 'by', o.supersedes_id, 'for', o.given_for_ids)`;
