import { Command } from 'commander'
import type { Cli, GlobalOptions } from '../cli.ts'
import { type CounterpartGiven, counterpartOptions, readCounterpart } from '../counterpart-options.ts'
import { examples } from '../options.ts'
import { UsageFault } from '../usage-fault.ts'

/** `landbridge demo` */
export function demoCommand(cli: Cli): Command {
  const command = new Command('demo').description(
    'watch the whole job: a company of 200 people on Exchange is joined, coexists and is moved in batches; then it stays up',
  )
  counterpartOptions(command, { shown: true })
  examples(
    command,
    'landbridge demo',
    'landbridge demo --data ./demonstration',
    'landbridge demo --smarthost 25',
    'printf %s "$PASSWORD" | landbridge demo --directory ldaps://dc1.test.example --bind Administrator@test.example --ca ca.pem',
  )
  return cli.does(command, (options) => runDemo(cli, options))
}

/** Also what `landbridge serve --demo` does. */
export async function runDemo(cli: Cli, options: GlobalOptions): Promise<number> {
  const { data = './demo', json = false } = options
  if (json)
    throw new UsageFault(
      'The demonstration tells a story to people; what it made can be asked for as JSON: landbridge migrate report move --json.',
    )
  const counterpart = await readCounterpart(cli.io, options as CounterpartGiven)
  const { runDemonstration } = await import('#src/app/demo/demo.ts')
  await runDemonstration(data, cli.io.stdout, cli.io.signal, counterpart)
  return 0
}
