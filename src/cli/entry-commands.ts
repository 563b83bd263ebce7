import type { Command } from 'commander'
import type { JsonValue } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from './cli.ts'
import { inOrganization } from './options.ts'
import type { Session } from './session.ts'

/** `enable`: the same for users, groups and resources. */
export function addRegister(cli: Cli, parent: Command, kind: string): void {
  const enable = inOrganization(
    parent
      .command('enable')
      .argument(`<${kind}>`)
      .argument('<address>')
      .description(`give a ${kind} its address and let mail in`),
  )
  cli.administers(enable, async (session, _options, name, address) => {
    await session.callHere('RegisterToWorkMail', { EntityId: name!, Email: address! })
    return { json: {}, text: `${name} is enabled with the address ${address}.\n` }
  })
}

/** `disable` */
export function addDeregister(cli: Cli, parent: Command, kind: string): void {
  const disable = inOrganization(
    parent
      .command('disable')
      .argument(`<${kind}>`)
      .description(`shut a ${kind} off at once; what it holds is kept for 30 days`),
  )
  cli.administers(disable, async (session, _options, name) => {
    await session.callHere('DeregisterFromWorkMail', { EntityId: name! })
    return { json: {}, text: `${name} is disabled.\n` }
  })
}

/** What a command made is taken back when its next step is refused, so that it can be run again. */
export async function undoing(
  session: Session,
  operation: string,
  made: Record<string, JsonValue>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    await session.callAnyway(operation, { OrganizationId: await session.organization(), ...made })
    throw error
  }
}
