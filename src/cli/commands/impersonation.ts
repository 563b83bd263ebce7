import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { confirm } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { requireChange } from '../hidden-option.ts'
import { notThere } from '../not-there.ts'
import { examples, examplesBelow, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { formatDetails, formatTime } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'
import { impersonationAccountCommand } from './impersonation-account.ts'

/** `landbridge impersonation` */
export function impersonationCommand(cli: Cli): Command {
  const impersonation = new Command('impersonation').description(
    'programs that work in the mailboxes of others over EWS: roles, their tokens, and accounts',
  )
  examples(
    impersonation,
    'landbridge impersonation add export --read-only --allow "*" --deny ceo',
    'landbridge impersonation effect export anna   may it read the mailbox of Anna?',
    'landbridge impersonation token export         for 15 minutes, as Authorization: Bearer TOKEN',
    'landbridge impersonation account add mover    a user who may act in any mailbox',
  )
  examplesBelow(
    impersonation,
    'landbridge impersonation list',
    'landbridge impersonation show export',
    'landbridge impersonation update export --deny "ceo,cfo" --allow "*"',
    'landbridge impersonation remove export',
    'landbridge impersonation account list',
    'landbridge impersonation account remove mover',
  )

  const add = inOrganization(impersonation.command('add').argument('<name>').description('make a role'))
  roleOptions(add)
  cli.administers(add, async (session, options, name) => {
    const { ImpersonationRoleId } = await session.callHere('CreateImpersonationRole', {
      Name: name!,
      Type: options.readOnly === true ? 'READ_ONLY' : 'FULL_ACCESS',
      Description: options.description as string | undefined,
      Rules: rulesOf(options) ?? [],
    })
    return shown(
      await session.callHere('GetImpersonationRole', { ImpersonationRoleId: ImpersonationRoleId! }),
    )
  })

  const list = inOrganization(impersonation.command('list').description('the roles of the organisation'))
  cli.administers(list, async (session) => ({
    pages: session.pagesHere('ListImpersonationRoles', 'Roles'),
    columns: [
      { title: 'Name', show: 'Name' },
      { title: 'Type', show: 'Type' },
      { title: 'Id', show: 'ImpersonationRoleId' },
      { title: 'Changed', show: (row) => formatTime(row.DateModified) },
    ],
    empty: 'There is no impersonation role.',
  }))

  const show = inOrganization(
    impersonation.command('show').argument('<role>').description('one role with its rules, by name or id'),
  )
  cli.administers(show, async (session, _options, role) => shown(await findRole(session, role!)))

  const update = inOrganization(
    impersonation
      .command('update')
      .argument('<role>')
      .description('change a role; --allow and --deny together replace its rules'),
  )
  roleOptions(update)
  update.option('--name <name>', 'another name').option('--full-access', 'it may do what owners may')
  cli.administers(update, async (session, options, role) => {
    const changed = {
      Name: options.name as string | undefined,
      Type: typeOf(options),
      Description: options.description as string | undefined,
      Rules: rulesOf(options),
    }
    requireChange(update, changed)
    const known = await findRole(session, role!)
    await session.callHere('UpdateImpersonationRole', {
      ImpersonationRoleId: known.ImpersonationRoleId!,
      Name: changed.Name ?? known.Name,
      Type: changed.Type ?? known.Type,
      Description: (changed.Description ?? known.Description) || undefined,
      Rules: changed.Rules ?? known.Rules,
    })
    return shown(await findRole(session, String(known.ImpersonationRoleId)))
  })

  const remove = inOrganization(
    impersonation.command('remove').argument('<role>').description('take a role away; its tokens end'),
  )
  cli.administers(remove, async (session, _options, role) => {
    const { ImpersonationRoleId, Name } = await findRole(session, role!)
    await confirm(session, `Remove the role ${Name}? Programs that use it are locked out.`)
    await session.callHere('DeleteImpersonationRole', { ImpersonationRoleId: ImpersonationRoleId! })
    return { json: {}, text: `The role ${Name} is removed.\n` }
  })

  const effect = inOrganization(
    impersonation
      .command('effect')
      .argument('<role>')
      .argument('<user>')
      .description('what the role may do in the mailbox of a user, and why'),
  )
  cli.administers(effect, async (session, _options, role, user) => {
    const { ImpersonationRoleId } = await findRole(session, role!)
    const found = await session.callHere('GetImpersonationRoleEffect', {
      ImpersonationRoleId: ImpersonationRoleId!,
      TargetUser: user!,
    })
    const rules = (found.MatchedRules as JsonObject[]).map((each) => String(each.ImpersonationRuleId))
    const text = formatDetails([
      ['Effect', found.Effect],
      ['Type', found.Effect === 'ALLOW' ? found.Type : undefined],
      ['By', rules.length === 0 ? 'no rule' : rules],
    ])
    return { json: found, text, exitCode: found.Effect === 'ALLOW' ? 0 : 1 }
  })

  const token = inOrganization(
    impersonation
      .command('token')
      .argument('<role>')
      .description('a token for programs; it is shown this once'),
  )
  cli.administers(token, async (session, _options, role) => {
    const { ImpersonationRoleId } = await findRole(session, role!)
    const made = await session.callHere('AssumeImpersonationRole', {
      ImpersonationRoleId: ImpersonationRoleId!,
    })
    const minutes = Number(made.ExpiresIn) / 60
    return {
      json: made,
      text: formatDetails([
        ['Token', made.Token],
        ['Good for', `${minutes} minutes`],
      ]),
    }
  })

  impersonation.addCommand(impersonationAccountCommand(cli))
  return impersonation
}

function roleOptions(command: Command): void {
  command
    .option('--read-only', 'it may look and change nothing (default: it may do what owners may)')
    .option('--description <text>', 'what it is for')
    .option('--allow <users>', 'users in whose mailboxes it may work, with commas; "*" for all')
    .option('--deny <users>', 'users in whose mailboxes it may not, whatever else allows it')
}

function typeOf(options: Record<string, unknown>): string | undefined {
  if (options.readOnly === true && options.fullAccess === true)
    throw new UsageFault('--read-only and --full-access say the opposite of each other.')
  if (options.readOnly === true) return 'READ_ONLY'
  return options.fullAccess === true ? 'FULL_ACCESS' : undefined
}

/** IMP-01: as many users as one rule names. */
const USERS_OF_RULE = 10

function rulesOf(options: Record<string, unknown>): JsonObject[] | undefined {
  const { allow, deny } = options as { allow?: string; deny?: string }
  if (allow === undefined && deny === undefined) return undefined
  return [...rulesFor('ALLOW', allow), ...rulesFor('DENY', deny)]
}

function rulesFor(Effect: 'ALLOW' | 'DENY', text = ''): JsonObject[] {
  const users = text
    .split(',')
    .map((user) => user.trim())
    .filter((user) => user !== '')
  const word = Effect.toLowerCase()
  if (users.includes('*')) return [{ ImpersonationRuleId: `${word}-everybody`, Effect }]
  const rules: JsonObject[] = []
  for (let at = 0; at < users.length; at += USERS_OF_RULE)
    rules.push({
      ImpersonationRuleId: `${word}-${rules.length + 1}`,
      Effect,
      TargetUsers: users.slice(at, at + USERS_OF_RULE),
    })
  return rules
}

/** By id, or by a name that only one has. */
async function findRole(session: Session, text: string): Promise<JsonObject> {
  const found: JsonObject[] = []
  for await (const rows of session.pagesHere('ListImpersonationRoles', 'Roles'))
    found.push(...rows.filter((row) => row.ImpersonationRoleId === text || row.Name === text))
  if (found.length > 1)
    throw new UsageFault(`Several roles are called "${text}". Name the one you mean by its id.`)
  const id = found[0]?.ImpersonationRoleId
  if (id === undefined) throw notThere(`There is no impersonation role "${text}".`)
  return session.callHere('GetImpersonationRole', { ImpersonationRoleId: id })
}

function shown(role: JsonObject): { json: JsonObject; text: string } {
  const rules = role.Rules as JsonObject[]
  const text = formatDetails([
    ['Name', role.Name],
    ['Id', role.ImpersonationRoleId],
    ['Type', role.Type],
    ['Description', role.Description],
    ['Changed', formatTime(role.DateModified)],
    ['Rules', rules.length === 0 ? 'none: it may work in no mailbox' : rules.map(ruleText)],
  ])
  return { json: role, text }
}

function ruleText(rule: JsonObject): string {
  const names = (member: string) => (rule[member] as string[] | undefined)?.join(' ')
  const only = names('TargetUsers') ?? 'everybody'
  const but = names('NotTargetUsers')
  return `${rule.Effect} ${only}${but === undefined ? '' : ` but ${but}`} (${rule.ImpersonationRuleId})`
}
