import type { SrvRecord } from './dns-client.ts'

/** RFC 2782: lower priority first, among equals by chance in proportion to the weight. */
export function inOrder(records: readonly SrvRecord[]): SrvRecord[] {
  const drawn = records.map((record) => ({ record, lot: Math.random() ** (1 / (record.weight + 0.01)) }))
  return drawn
    .sort((a, b) => a.record.priority - b.record.priority || b.lot - a.lot)
    .map(({ record }) => record)
}
