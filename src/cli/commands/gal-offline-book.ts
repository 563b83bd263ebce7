import type { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { runLong } from '../long-operation.ts'
import { inOrganization } from '../options.ts'
import { formatDetails, formatTime } from '../table.ts'

/** `landbridge gal offline-book` */
export function addOfflineBook(cli: Cli, gal: Command): void {
  const offlineBook = inOrganization(
    gal
      .command('offline-book')
      .description('how new the offline address book is that programs fetch, and how large'),
  ).option('--now', 'make it anew now, where the address book has changed')
  cli.administers(offlineBook, async (session, options) => {
    if (options.now !== true) {
      const found = await session.callHere('DescribeOfflineAddressBook')
      return { json: found, text: bookText(found), exitCode: found.Made === true ? 0 : 1 }
    }
    const made = await runLong(session, 'UpdateOfflineAddressBook', {
      OrganizationId: await session.organization(),
    })
    const what =
      made.Changed === true ? 'The offline address book was made anew.\n' : 'Nothing has changed.\n'
    return { json: made, text: made.Made === true ? what + bookText(made) : bookText(made) }
  })
}

function bookText(book: JsonObject): string {
  if (book.Made !== true)
    return 'There is no offline address book yet. One is made within ten minutes once the address book has an entry, or at once with "landbridge gal offline-book --now".\n'
  const octets = (size: unknown) => `${Number(size).toLocaleString('en')} octets`
  return formatDetails([
    ['Entries', Number(book.Entries).toLocaleString('en')],
    ['Sequence', String(book.Sequence)],
    ['Size', `${octets(book.SizeInBytes)} (${octets(book.UnpackedSizeInBytes)} unpacked)`],
    ['Made', formatTime(book.MadeTime)],
    ['Compared with the address book', formatTime(book.CheckedTime)],
    ['Manifest', String(book.ManifestPath)],
  ])
}
