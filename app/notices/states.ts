/** Where a notice stands. `waiting`: not tried yet. `failing`: tried, not taken, and tried again. `dead`: given up until somebody acts. */
export const noticeStates = ['waiting', 'failing', 'dead', 'sent'] as const;
export type NoticeState = (typeof noticeStates)[number];

/** @returns where a notice stands by what its row says */
export function stateOfNotice(row: {
  sentAt: Date | null;
  deadAt: Date | null;
  failure: string | null;
}): NoticeState {
  if (row.sentAt) return 'sent';
  if (row.deadAt) return 'dead';
  return row.failure === null ? 'waiting' : 'failing';
}
