import type { APIRequestContext } from '@playwright/test';
import { demoApiKey } from '#prisma/seed/cast.ts';

export interface Checked {
  status: number;
  decision: string | undefined;
  reason: string | undefined;
  receiptId: string | undefined;
}

/** Asks as an export gateway does: may images of this patient go to this recipient for this purpose? */
export async function askGateway(
  request: APIRequestContext,
  question: { purpose: string; recipient: string; patientId: string },
): Promise<Checked> {
  const { purpose, recipient, patientId } = question;
  const response = await request.post('/api/v1/checks', {
    headers: { Authorization: `Bearer ${demoApiKey}` },
    data: { purpose, recipient, items: [{ patientId, issuer: 'RIVERBEND' }] },
  });
  const body = (await response.json()) as {
    receiptId?: string;
    results?: { decision: string; reason: string }[];
  };
  const [result] = body.results ?? [];
  return {
    status: response.status(),
    decision: result?.decision,
    reason: result?.reason,
    receiptId: body.receiptId,
  };
}
