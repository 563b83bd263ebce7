import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { migrateCreateCommand } from './migrate-create.ts'
import { migrateDirectoryCommand } from './migrate-directory.ts'
import { migratePlanCommand } from './migrate-plan.ts'
import { migratePreflightCommand } from './migrate-preflight.ts'
import { migrateProjectCommands } from './migrate-project.ts'
import { migrateReportCommand } from './migrate-report.ts'
import { migrateRunCommands } from './migrate-run.ts'
import { migrateSettingsCommand } from './migrate-settings.ts'
import { migrateSourceCommand } from './migrate-source.ts'
import { migrateStatusCommands } from './migrate-status.ts'

/** `landbridge migrate` */
export function migrateCommand(cli: Cli): Command {
  const migrate = new Command('migrate')
    .description('bring mailboxes over in batches that keep delegates together')
    .addCommand(migratePlanCommand(cli))
  const others = [
    migrateCreateCommand(cli),
    migrateSourceCommand(cli),
    ...migrateProjectCommands(cli),
    migrateSettingsCommand(cli),
    migratePreflightCommand(cli),
    ...migrateRunCommands(cli),
    migrateDirectoryCommand(cli),
    ...migrateStatusCommands(cli),
    migrateReportCommand(cli),
  ]
  for (const command of others) migrate.addCommand(command)
  return migrate
}
