/**
 * Every column that holds sealed values, one a table. What a value is bound to is `table.column:id`, the column without `_sealed`, so
 * that it opens in its own row alone. A sealed column that is not here would be lost with the key that sealed it.
 */
export const sealedColumns = {
  accounting: { column: 'document_sealed', id: 'id', idType: 'uuid' },
  accounting_suspension: { column: 'statement_sealed', id: 'id', idType: 'uuid' },
  attachment: { column: 'bytes_sealed', id: 'id', idType: 'uuid' },
  audit_record: { column: 'raw_sealed', id: 'id', idType: 'uuid' },
  entry_document: { column: 'bytes_sealed', id: 'id', idType: 'uuid' },
  fee_notice: { column: 'basis_sealed', id: 'request_id', idType: 'uuid' },
  file_import: { column: 'bytes_sealed', id: 'id', idType: 'uuid' },
  kept_form: { column: 'fields_sealed', id: 'id_hash', idType: 'text' },
  mail_proof: { column: 'code_sealed', id: 'id', idType: 'uuid' },
  notice: { column: 'details_sealed', id: 'id', idType: 'uuid' },
  opt_out_alert: { column: 'reason_sealed', id: 'id', idType: 'uuid' },
  privacy_request: { column: 'statement_sealed', id: 'id', idType: 'uuid' },
  representative_evidence: { column: 'bytes_sealed', id: 'id', idType: 'uuid' },
  request_clock_event: { column: 'reason_sealed', id: 'id', idType: 'uuid' },
  request_draft: { column: 'fields_sealed', id: 'id', idType: 'uuid' },
  request_message: { column: 'body_sealed', id: 'id', idType: 'uuid' },
  request_response: { column: 'note_sealed', id: 'request_id', idType: 'uuid' },
  sent_letter: { column: 'letter_sealed', id: 'id', idType: 'uuid' },
  vendor_notice_event: { column: 'text_sealed', id: 'id', idType: 'uuid' },
  vendor_delivery: { column: 'token_sealed', id: 'id', idType: 'uuid' },
  vendor_proof: { column: 'bytes_sealed', id: 'id', idType: 'uuid' },
  vendor_secret: { column: 'secret_sealed', id: 'id', idType: 'uuid' },
  user_account: { column: 'totp_secret_sealed', id: 'id', idType: 'uuid' },
} as const satisfies Record<string, { column: `${string}_sealed`; id: string; idType: 'uuid' | 'text' }>;

export type SealedTable = keyof typeof sealedColumns;

export const sealedTables = Object.keys(sealedColumns) as SealedTable[];

/** What the sealed value of a row is bound to. @param id of the row, by the column that `sealedColumns` names */
export function boundTo(table: SealedTable, id: string): string {
  return `${table}.${sealedColumns[table].column.replace(/_sealed$/, '')}:${id}`;
}
