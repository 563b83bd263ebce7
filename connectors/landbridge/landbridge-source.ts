import type { OrganizationId } from '#src/base/ids.ts'
import type { MailboxSource, SourceCheck } from '#src/domain/migration/source.ts'
import { failed, ok } from '#src/domain/migration/source-check.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { Store } from '#src/domain/store.ts'
import { failureOf } from './failure.ts'
import { type ReturnDeps, storedReturns } from './returns.ts'
import { storedMailbox } from './stored-mailbox.ts'

type LandbridgeSourceOptions = {
  /** Of a data folder or a backup of another Landbridge, opened with its own keys by whoever hands it in, who closes it too. */
  store: Pick<Store, 'mailboxes' | 'directory'>
  /** Which organisation there. */
  organization: OrganizationId
  /** Where it lies, for people. */
  place: string
  /** Also what was deleted for ever and can still be brought back. */
  recoverable?: boolean
  /** For the way back; without it nothing is written there. */
  returns?: ReturnDeps
}

/**
 * Mailboxes of another Landbridge, read from its store: the change log tells what is new, items are known by their numbers and
 * come as they are, with every property. Nothing is written but what goes back.
 */
export function openLandbridgeSource(options: LandbridgeSourceOptions): MailboxSource {
  const { store, organization, place, recoverable = false } = options
  const find = async (address: string) => {
    const entry = await store.directory.findEntry(organization, { address })
    const mailbox = entry !== undefined && 'mailbox' in entry ? entry.mailbox : null
    if (mailbox === null)
      throw new SourceFailure(
        'mailbox-permanent',
        'no-such-mailbox',
        `There is no mailbox ${address} in ${place}. Check the address and the organisation.`,
      )
    return { organization, mailbox }
  }
  return {
    name: `Landbridge in ${place}`,
    server: `landbridge:${place}`,
    connections: 4,
    async check(mailbox) {
      const found: SourceCheck[] = []
      const look = async (name: string, remedy: string, work: () => Promise<string>) => {
        try {
          found.push(ok(name, await work()))
        } catch (error) {
          const failure = error instanceof Error ? error.message : String(error)
          found.push(failed(name, failure, remedy))
        }
      }
      await look(
        'directory',
        'Open the data folder with its own keys, and name an organisation of it.',
        async () => {
          await store.directory.settings(organization)
          return `${place} can be read.`
        },
      )
      if (mailbox === null)
        found.push(
          ok('clock', 'Its folder is read on this machine, so that there is no other clock to compare.'),
        )
      else
        await look('read', 'There "landbridge user list" shows who has a mailbox.', async () => {
          const { items } = await store.mailboxes.getMailbox(await find(mailbox))
          return `${mailbox} holds ${items} items.`
        })
      return found
    },
    async open(mailbox) {
      try {
        const at = await find(mailbox)
        const { returns } = options
        return {
          ...storedMailbox(store, at, recoverable),
          ...(returns && { returns: storedReturns(returns, at) }),
        }
      } catch (error) {
        throw failureOf(error)
      }
    },
    close: async () => {},
  }
}
