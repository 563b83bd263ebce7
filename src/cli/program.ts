import { Command, type Option } from 'commander'
import { version } from '#src/app/version.ts'
import type { Cli } from './cli.ts'
import { commandFault } from './command-fault.ts'
import { aliasCommand } from './commands/alias.ts'
import { availabilityCommand } from './commands/availability.ts'
import { backupCommand } from './commands/backup.ts'
import { checkCommand } from './commands/check.ts'
import { configCommand } from './commands/config.ts'
import { contactCommand } from './commands/contact.ts'
import { demoCommand } from './commands/demo.ts'
import { domainCommand } from './commands/domain.ts'
import { galCommand } from './commands/gal.ts'
import { gatewayCommand } from './commands/gateway.ts'
import { groupCommand } from './commands/group.ts'
import { helpCommand, noCommand } from './commands/help.ts'
import { impersonationCommand } from './commands/impersonation.ts'
import { initCommand } from './commands/init.ts'
import { interopCommand } from './commands/interop.ts'
import { keyCommand } from './commands/key.ts'
import { migrateCommand } from './commands/migrate.ts'
import { orgCommand } from './commands/org.ts'
import { permissionCommand } from './commands/permission.ts'
import { queueCommand } from './commands/queue.ts'
import { resourceCommand } from './commands/resource.ts'
import { restoreCommand } from './commands/restore.ts'
import { serveCommand } from './commands/serve.ts'
import { statusCommand } from './commands/status.ts'
import { tokenCommand } from './commands/token.ts'
import { traceCommand } from './commands/trace.ts'
import { userCommand } from './commands/user.ts'
import { inheritExamples } from './options.ts'

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
  contactCommand,
  galCommand,
  aliasCommand,
  permissionCommand,
  tokenCommand,
  gatewayCommand,
  availabilityCommand,
  impersonationCommand,
  queueCommand,
  traceCommand,
  keyCommand,
  interopCommand,
  migrateCommand,
  checkCommand,
  backupCommand,
  restoreCommand,
  configCommand,
  demoCommand,
]

const help = `
Every command works on a running service and on a stopped one alike.

Examples:
  landbridge serve                                  start, with an example organisation the first time
  landbridge init --org acme --domain acme.example  make a data folder for a real set-up
  landbridge user add anna --display-name "Anna Ash"
  landbridge user list --json | jq -r '.[].Email'

With --json results are JSON on stdout, and an error is the last line on stderr:
  {"error":{"type":"EntityNotFoundException","message":"There is no user …"}}

Exit codes: 0 done, 1 refused or bad news, 2 written wrongly, 66 no data there, 69 out of reach,
70 our own fault, 74 the output cannot be written, 75 try again later, 78 the configuration is wrong, 130 interrupted.
`

const toldAbove = `--data, --config, --json and --yes go with every command: "landbridge --help" says
how, and what exit codes mean.
`

/** For programs (`json`), what is wrong with a command line is thrown and not written, and help and version are kept for whoever prints them. */
export function program(cli: Cli, { json = false } = {}): Command {
  const root = new Command('landbridge')
    .description('A mail service, and the bridge to the Exchange server a company still has.')
    .version(version, '--version', 'the version of this program')
    .option('--data <folder>', 'data folder (or LANDBRIDGE_DATA; else ./data)')
    .option(
      '--config <file>',
      'configuration file (or LANDBRIDGE_CONFIG; else landbridge.yaml in the data folder)',
    )
    .option('--json', 'print for programs')
    .option('--yes', 'do not ask before what cannot be undone')
    .addHelpText('after', help)
  for (const command of commands) root.addCommand(command(cli))
  prepare(root, cli, json)
  return root
}

/** commander hands these on to subcommands made with `command()`, but not to those that are added. */
function prepare(command: Command, cli: Cli, json: boolean): void {
  command.exitOverride((ended) => {
    const isHelp = ended.exitCode === 0 || ended.code === 'commander.help'
    throw isHelp ? ended : commandFault(command, ended)
  })
  command.configureHelp({ optionDescription })
  command.configureOutput({
    writeOut: (text) => {
      if (json) cli.told += text
      else cli.io.stdout.write(text)
    },
    writeErr: (text) => {
      if (!json) cli.io.stderr.write(text)
    },
    // It is told once, as every other fault is.
    outputError: () => undefined,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  })
  inheritExamples(command)
  if (command.parent !== null) command.addHelpText('after', toldAbove)
  if (command.commands.length === 0) return
  command.helpCommand(false).addCommand(helpCommand(command))
  command.on('command:*', ([word]: readonly [string]) => noCommand(command, word))
  for (const each of command.commands) prepare(each, cli, json)
}

/** What it is for, and what counts without it, as it would be written. */
function optionDescription({ description, defaultValue }: Option): string {
  const written = typeof defaultValue === 'string' || typeof defaultValue === 'number'
  return written ? `${description} (default: ${defaultValue})` : description
}
