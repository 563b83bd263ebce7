import { createHash } from 'node:crypto'
import { NumberSet } from '#src/wire/imap/number-set.ts'

/** Keys of messages: unique in the mailbox, and of one life of their folder only (UIDVALIDITY). */
export type MessageName = { folder: string; validity: number; uid: number }

const short = (folder: string) => createHash('sha256').update(folder).digest('base64url').slice(0, 16)

export const keyOf = ({ folder, validity, uid }: MessageName): string => `${short(folder)}.${validity}.${uid}`

/** The UID of a key of this folder; undefined when it is of another folder or another life of this one. */
export function uidOfKey(key: string, folder: string, validity: number): number | undefined {
  const match = /^([\w-]{16})\.(\d{1,10})\.(\d{1,10})$/.exec(key)
  if (match === null || match[1] !== short(folder) || Number(match[2]) !== validity) return undefined
  return Number(match[3])
}

/** UIDVALIDITY of the folder when the key was given. */
export function validityOfKey(key: string): number | undefined {
  const match = /\.(\d{1,10})\.\d{1,10}$/.exec(key)
  return match === null ? undefined : Number(match[1])
}

/** The key of the same message in its folder under the name that this has now. */
export const keyUnder = (key: string, folder: string): string =>
  key.replace(/^[\w-]{16}(?=\.\d{1,10}\.\d{1,10}$)/, short(folder))

/** Of those that are of this life of a folder. */
export const uidsOfKeys = (keys: Iterable<string>, folder: string, validity: number): NumberSet =>
  NumberSet.of([...keys].flatMap((key) => uidOfKey(key, folder, validity) ?? []))

/** The same whatever its folder was called then: what it names is to be looked at, as another folder may have the same life. */
export function uidOfLife(key: string, validity: number): number | undefined {
  const match = /\.(\d{1,10})\.(\d{1,10})$/.exec(key)
  return match !== null && Number(match[1]) === validity ? Number(match[2]) : undefined
}
