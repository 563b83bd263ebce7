import { createHash } from 'node:crypto'

/** UID of an event or task that has none: the same each time it is read. */
export const uidOfKey = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32)
