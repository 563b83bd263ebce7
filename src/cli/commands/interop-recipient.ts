import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { AdminFault } from '#src/clients/admin/admin-client.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { parsePath } from '#src/wire/smtp/path.ts'
import type { Session } from '../session.ts'
import { UsageFault } from '../usage-fault.ts'

/** What Exchange would refuse through no fault of its own: what is no address, or one whose mailbox is here. */
export async function requireInExchange(session: Session, address: string): Promise<void> {
  try {
    parsePath(address)
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    throw new UsageFault(`--recipient takes a mail address, and "${address}" is none.`)
  }
  const user = await findUser(session, address)
  if (user?.State === 'ENABLED' && user.UserRole !== 'REMOTE_USER')
    throw new AdminFault(
      'EntityStateException',
      `The mailbox of "${address}" is here. Name an address whose mailbox is in Exchange with --recipient; --resident is for one that is here.`,
      '',
    )
}

async function findUser(session: Session, UserId: string): Promise<JsonObject | undefined> {
  try {
    return await session.callHere('DescribeUser', { UserId })
  } catch (error) {
    if (error instanceof AdminFault && error.type === 'EntityNotFoundException') return undefined
    throw error
  }
}
