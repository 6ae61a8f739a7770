import type { Item } from '../delivery.ts';
import { readAuditMessage } from './read.ts';

/** One DICOM audit message, whatever carried it. */
export function dicomAuditItem(bytes: Uint8Array): Item {
  return { bytes, format: 'dicomAudit', read: (options) => readAuditMessage(bytes, options) };
}
