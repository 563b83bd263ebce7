import { once } from 'node:events'
import { Command } from 'commander'
import type { Service } from '#src/app/serve.ts'
import type { Cli, GlobalOptions } from '../cli.ts'
import { commandName } from '../command-name.ts'
import { counterpartOptions } from '../counterpart-options.ts'
import type { Io } from '../io.ts'
import { examples } from '../options.ts'
import { parseSettings, type SettingOptions, settingOptions } from '../setting-options.ts'
import { runDemo } from './demo.ts'

type Options = GlobalOptions & SettingOptions & { example?: boolean; demo?: boolean }

/** `landbridge serve` */
export function serveCommand(cli: Cli): Command {
  const command = settingOptions(new Command('serve'))
    .description('start the service and stay; SIGTERM or Ctrl-C stops it')
    .option('--demo', 'watch the whole job instead, on a company that is made up (as "landbridge demo")')
    .option('--no-example', 'do not make the organisation "example" on an empty service')
  counterpartOptions(command, { shown: false })
  examples(
    command,
    'landbridge serve',
    'landbridge serve --config /etc/landbridge.yaml',
    'landbridge serve --data /srv/mail --set log.level=debug',
  )
  return cli.does(command, async (options: Options) => {
    if (options.demo === true) return runDemo(cli, options)
    const loaded = cli.config(options, parseSettings(options))
    const { startService } = await import('#src/app/serve.ts')
    const { signal } = cli.io
    const service = await startService(loaded, signal).catch((error) => {
      if (signal.aborted && error === signal.reason) return undefined
      throw error
    })
    if (!service) {
      cli.io.stderr.write('landbridge: stopped before it served; the next start goes on where this one was\n')
      return 0
    }
    try {
      const mayMakeExample = loaded.file === null && options.example !== false
      await welcome(cli.io, service, loaded.config.dataFolder, mayMakeExample)
      if (!signal.aborted) await once(signal, 'abort')
    } finally {
      cli.io.stderr.write('landbridge: stopping\n')
      await service.stop()
    }
    return 0
  })
}

/** For whoever started it; programs read the log on stdout. */
async function welcome(io: Io, service: Service, folder: string, mayMakeExample: boolean): Promise<void> {
  const say = (line = '') => io.stderr.write(`${line}\n`)
  const isEmpty = (await service.data.store.organizations.list(null, 1)).rows.length === 0
  const wide = Math.max(...service.listeners.map(({ name }) => name.length))
  say('Landbridge is serving:')
  for (const { name, address } of service.listeners) say(`  ${name.padEnd(wide)}  ${address}`)
  say()
  const { isUnfinished, makeExample } = await import('#src/app/first-start.ts')
  if (mayMakeExample && (isEmpty || isUnfinished(folder))) {
    const { inProcessClient } = await import('#src/app/in-process-client.ts')
    await makeExample(inProcessClient(service.data.answer), folder, (users) => {
      say('This data folder was empty, so there is now an organisation "example" with two users.')
      say('Their passwords are shown this once and kept only as hashes:')
      if (io.stderr.isTTY !== true)
        say('(Whoever can read what this output is kept in can read them: change them soon.)')
      for (const { email, password } of users) say(`  ${email}  ${password}`)
      say()
    })
  }
  const name = commandName()
  const next = [
    ...(isEmpty && !mayMakeExample ? [['org create ALIAS', 'make the first organisation']] : []),
    ['status', 'see what runs'],
    ['user add NAME', 'make another user'],
    ['key create-access', 'make a key for the AWS command line or SDKs'],
    ['--help', 'everything else'],
  ]
  say('What to do next, in another terminal:')
  for (const [command, what] of next) say(`  ${name} ${command!.padEnd(20)} ${what}`)
  say('Stop it with Ctrl-C.')
}
