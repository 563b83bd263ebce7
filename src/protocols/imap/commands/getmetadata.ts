import { formatMetadata, parseGetMetadata } from '#src/wire/imap/metadata.ts'
import { command } from '../command.ts'
import { getMetadataPlace, readEntries } from '../metadata-place.ts'

/** GETMETADATA, RFC 5464 §4.2. */
export const getmetadata = command({
  name: 'GETMETADATA',
  state: 'authenticated',
  parse: parseGetMetadata,

  run: async (session, { mailbox: name, entries: names, maxSize, depth }) => {
    const place = await getMetadataPlace(session, name)
    const entries = await readEntries(session, place, names, depth)
    const most = maxSize ?? Number.POSITIVE_INFINITY
    const told = entries.filter(({ value }) => (value?.length ?? 0) <= most)
    if (told.length > 0) session.untagged(formatMetadata(name, told, session.utf8))
    if (told.length === entries.length) return undefined
    const octets = entries.reduce((largest, { value }) => Math.max(largest, value?.length ?? 0), 0)
    return {
      code: { code: 'METADATA', problem: 'LONGENTRIES', octets },
      text: 'GETMETADATA completed, without what is longer',
    }
  },
})
