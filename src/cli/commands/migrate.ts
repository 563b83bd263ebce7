import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { examples, examplesBelow } from '../options.ts'
import { migrateCreateCommand } from './migrate-create.ts'
import { migrateDirectoryCommand } from './migrate-directory.ts'
import { migrateFreezeCommands } from './migrate-freeze.ts'
import { migrateLateCommand } from './migrate-late.ts'
import { migrateMailboxCommand } from './migrate-own.ts'
import { migratePlanCommand } from './migrate-plan.ts'
import { migratePreflightCommand } from './migrate-preflight.ts'
import { migrateProjectCommands } from './migrate-project.ts'
import { migrateReportCommand } from './migrate-report.ts'
import { migrateRetryCommand } from './migrate-retry.ts'
import { migrateRightsCommand } from './migrate-rights.ts'
import { migrateRunCommands } from './migrate-run.ts'
import { migrateSettingsCommand } from './migrate-settings.ts'
import { migrateSourceCommand } from './migrate-source.ts'
import { migrateStatusCommands } from './migrate-status.ts'
import { migrateWaveCommands } from './migrate-wave.ts'

/** `landbridge migrate` */
export function migrateCommand(cli: Cli): Command {
  const migrate = new Command('migrate')
    .description('bring mailboxes over in batches that keep delegates together')
    .addCommand(migratePlanCommand(cli))
  examples(
    migrate,
    'landbridge migrate plan --mailboxes mailboxes.csv --permissions full-access.csv --cap 100 --out plan',
    'printf %s "$PASSWORD" | landbridge migrate create move --plan plan/plan.json --url https://mail.corp.example/EWS/Exchange.asmx --user "CORP\\\\svc" --password-stdin',
    'landbridge migrate run move 1       the pre-flight and the copies of batch 1',
    'landbridge migrate status move --watch',
    'landbridge migrate cutover move 1   its people are at home here from then on',
  )
  examplesBelow(
    migrate,
    'printf %s "$PASSWORD" | landbridge migrate source move old --password-stdin   another password',
    'landbridge migrate source move pst-2026 --kind pst --url /srv/pst   one more source',
    'landbridge migrate list',
    'landbridge migrate add move anna@corp.example ben@corp.example --batch 2',
    'landbridge migrate add move anna@corp.example --batch 3 --source pst-2026',
    'landbridge migrate remove move anna@corp.example',
    'landbridge migrate delete move',
    'landbridge migrate preview move anna@corp.example',
    'landbridge migrate preflight move 1',
    'landbridge migrate pause move 1',
    'landbridge migrate resume move 1',
    'landbridge migrate cancel move 1',
    'landbridge migrate approve move 1 --by "Anna Ash" --note "two calendars were broken before"',
    'landbridge migrate announce move 1 --from 2027-01-12T20:00 --until 2027-01-13T07:00 --zone Europe/Berlin',
    'landbridge migrate freeze move 1 freeze-1.ps1',
    'landbridge migrate cutover move 1 --at 2027-01-12T22:00 --script batch-1.ps1',
    'landbridge migrate run move --wave Berlin',
    'landbridge migrate pause move --wave Berlin',
    'landbridge migrate cutover move --wave Berlin',
    'landbridge migrate waves move',
    'landbridge migrate script move 1 batch-1.ps1',
    'landbridge migrate late move 1',
    'landbridge migrate rollback move 1',
    'landbridge migrate status move',
  )
  const others = [
    migrateCreateCommand(cli),
    migrateSourceCommand(cli),
    ...migrateProjectCommands(cli),
    ...migrateWaveCommands(cli),
    migrateMailboxCommand(cli),
    migrateSettingsCommand(cli),
    migrateRightsCommand(cli),
    migratePreflightCommand(cli),
    ...migrateFreezeCommands(cli),
    ...migrateRunCommands(cli),
    migrateRetryCommand(cli),
    migrateLateCommand(cli),
    migrateDirectoryCommand(cli),
    ...migrateStatusCommands(cli),
    migrateReportCommand(cli),
  ]
  for (const command of others) migrate.addCommand(command)
  return migrate
}
