import type { ImapSession } from '#src/clients/imap/session.ts'
import type { LargeItem } from '#src/domain/migration/source.ts'
import { examine } from './folder-changes.ts'
import { listMessages } from './listed-message.ts'

/** Messages of a folder above a size (SEARCH LARGER), the first of them by their subjects. Rejects with ImapFailure. */
export async function findLargeMessages(
  session: ImapSession,
  path: string,
  { bytes, most }: { bytes: number; most: number },
): Promise<readonly LargeItem[]> {
  await examine(session, path, true)
  const { all } = await session.search({ key: 'size', than: 'larger', octets: bytes })
  const uids = [...(all ?? [])].slice(0, most)
  if (uids.length === 0) return []
  const { listed } = await listMessages(session, uids)
  return uids.flatMap((uid) => {
    const { subject = '', sizeBytes = null } = listed.get(uid) ?? {}
    return sizeBytes !== null && sizeBytes > bytes ? [{ title: subject, sizeBytes }] : []
  })
}
