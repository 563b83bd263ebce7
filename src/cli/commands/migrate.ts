import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { migratePlanCommand } from './migrate-plan.ts'

/** `landbridge migrate` */
export function migrateCommand(cli: Cli): Command {
  return new Command('migrate')
    .description('bring mailboxes over in batches that keep delegates together')
    .addCommand(migratePlanCommand(cli))
}
