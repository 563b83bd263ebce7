import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import { readSettings, writeSettings } from '../../calendar/settings.ts'
import { ensureServiceFolder, findServiceFolder } from '../../mailbox/service-mailbox.ts'
import type { MailboxRef } from '../../mailbox/store.ts'
import type { Store } from '../../store.ts'
import { DAY_MS } from '../limits.ts'

/** Wrong passwords in a row of one account; `last`: epoch milliseconds. */
export type Failures = { failures: number; last: number }

/** Where the failures of one account are kept over a restart: numbers, nothing of what was tried. */
export type FailureMemory = {
  find(): Promise<Failures>
  keep(failures: Failures): Promise<void>
}

export const noFailures: Failures = { failures: 0, last: 0 }
const NAME = 'Landbridge.FailedSignIns'

const folder = { distinguished: 'failures', name: 'Failed sign-ins' } as const
/** Of the last day, the newest ones: each write writes them all. */
const MOST_TOGETHER = 1_000

type Stores = Pick<Store, 'mailboxes' | 'transact'>

/** As a setting of the mailbox that the account has here. Refuses what reading and writing it refuse. */
export function failuresIn(store: Stores, at: MailboxRef): FailureMemory {
  return {
    find: () => readSettings(store.mailboxes, at, NAME, noFailures),
    keep: (failures) =>
      store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
        writeSettings(mailboxes, at, NAME, failures),
      ),
  }
}

/** Of an account without a mailbox here: together with others of its organisation, in a mailbox that nobody has. */
export function failuresAmong(store: Stores, organization: OrganizationId, account: string): FailureMemory {
  const mailbox = 'failed-sign-ins' as MailboxId
  const at: MailboxRef = { organization, mailbox }
  const all: { accounts: readonly (readonly [string, Failures])[] } = { accounts: [] }
  return {
    async find() {
      if ((await findServiceFolder(store, at, folder)) === undefined) return noFailures
      const { accounts } = await readSettings(store.mailboxes, at, NAME, all)
      return accounts.find(([name]) => name === account)?.[1] ?? noFailures
    },
    async keep(failures) {
      await ensureServiceFolder(store, at, folder)
      await store.transact({ organization, mailboxes: [mailbox] }, async ({ mailboxes }) => {
        const { accounts } = await readSettings(mailboxes, at, NAME, all)
        const others = accounts.filter(
          ([name, { last }]) => name !== account && last > failures.last - DAY_MS,
        )
        const own = failures.failures === 0 ? [] : [[account, failures] as const]
        await writeSettings(mailboxes, at, NAME, { accounts: [...own, ...others].slice(0, MOST_TOGETHER) })
      })
    },
  }
}
