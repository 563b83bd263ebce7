import { Command } from 'commander'
import type { Cli } from './cli.ts'
import { aliasCommand } from './commands/alias.ts'
import { backupCommand } from './commands/backup.ts'
import { checkCommand } from './commands/check.ts'
import { configCommand } from './commands/config.ts'
import { domainCommand } from './commands/domain.ts'
import { groupCommand } from './commands/group.ts'
import { initCommand } from './commands/init.ts'
import { keyCommand } from './commands/key.ts'
import { orgCommand } from './commands/org.ts'
import { permissionCommand } from './commands/permission.ts'
import { resourceCommand } from './commands/resource.ts'
import { restoreCommand } from './commands/restore.ts'
import { serveCommand } from './commands/serve.ts'
import { statusCommand } from './commands/status.ts'
import { tokenCommand } from './commands/token.ts'
import { userCommand } from './commands/user.ts'

/** Every command, in the order in which the help shows them. */
const commands = [
  initCommand,
  serveCommand,
  statusCommand,
  orgCommand,
  domainCommand,
  userCommand,
  groupCommand,
  resourceCommand,
  aliasCommand,
  permissionCommand,
  tokenCommand,
  keyCommand,
  checkCommand,
  backupCommand,
  restoreCommand,
  configCommand,
]

const help = `
Every command works on a running service and on a stopped one alike.

Examples:
  landbridge serve                                  start, with an example organisation the first time
  landbridge init --org acme --domain acme.example  make a data folder for a real set-up
  landbridge user add anna --display-name "Anna Ash"
  landbridge user list --json | jq -r '.[].Email'

Exit codes: 0 done, 1 refused or bad news, 2 written wrongly, 66 no data there, 69 out of reach,
70 our own fault, 75 try again later, 78 the configuration is wrong, 130 interrupted.
`

export function program(cli: Cli): Command {
  const root = new Command('landbridge')
    .description('A mail service, and the bridge to the Exchange server a company still has.')
    .option('--data <folder>', 'data folder (or LANDBRIDGE_DATA; else ./data)')
    .option(
      '--config <file>',
      'configuration file (or LANDBRIDGE_CONFIG; else landbridge.yaml in the data folder)',
    )
    .option('--json', 'print for programs')
    .option('--yes', 'do not ask before what cannot be undone')
    .addHelpText('after', help)
    .showHelpAfterError('(--help shows how it is written)')
  for (const command of commands) root.addCommand(command(cli))
  prepare(root, cli)
  return root
}

/** commander hands these on to subcommands made with `command()`, but not to those that are added. */
function prepare(command: Command, cli: Cli): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => cli.io.stdout.write(text),
    writeErr: (text) => cli.io.stderr.write(text),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  })
  for (const each of command.commands) prepare(each, cli)
}
