import { Command } from 'commander'
import type { Cli, GlobalOptions } from '../cli.ts'
import { examples } from '../options.ts'

/** `landbridge demo` */
export function demoCommand(cli: Cli): Command {
  const command = new Command('demo').description(
    'watch the whole job: a company of 200 people on Exchange is joined, coexists and is moved in batches; then it stays up',
  )
  examples(command, 'landbridge demo', 'landbridge demo --data ./demonstration')
  return cli.does(command, (options) => runDemo(cli, options))
}

/** Also what `landbridge serve --demo` does. */
export async function runDemo(cli: Cli, { data = './demo' }: GlobalOptions): Promise<number> {
  const { runDemonstration } = await import('#src/app/demo/demo.ts')
  await runDemonstration(data, cli.io.stdout, cli.io.signal)
  return 0
}
