import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { formatCheck, isClean } from '../check-report.ts'
import type { Cli } from '../cli.ts'
import { runLong } from '../long-operation.ts'
import { examples } from '../options.ts'

/** `landbridge check` */
export function checkCommand(cli: Cli): Command {
  const command = new Command('check')
    .description(
      'verify everything that is stored: counts, references, authentication tags; exit code 1 when something is wrong or could not be verified',
    )
    .option('--no-bodies', 'leave out the bodies of messages, which take longest')
  examples(command, 'landbridge check', 'landbridge check --no-bodies --json')
  return cli.administers(command, async (session, options) => {
    const result: JsonObject = await runLong(session, 'CheckStore', { Bodies: options.bodies !== false })
    return { json: result, text: formatCheck(result), exitCode: isClean(result) ? 0 : 1 }
  })
}
