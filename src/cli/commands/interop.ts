import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import type { CheckResult } from '../findings.ts'
import { examples, examplesBelow, inOrganization } from '../options.ts'
import { checkAll } from './interop-all.ts'
import { availabilityOptions, checkAvailability } from './interop-availability.ts'
import { checkDirectory } from './interop-directory.ts'
import { checkMail, mailOptions, routingDomainOption } from './interop-mail.ts'

/** `landbridge interop` */
export function interopCommand(cli: Cli): Command {
  const interop = new Command('interop').description('what this service shares with an Exchange server')
  examples(interop, 'landbridge interop check', 'landbridge interop check availability')
  const check = inOrganization(
    interop
      .command('check')
      .description(
        'whether what is shared works; prints what is missing and the cmdlet that mends it. Without a name: everything',
      ),
  )
  mailOptions(availabilityOptions(check))
  examples(check, 'landbridge interop check', 'landbridge interop check --recipient eve@corp.example')
  examplesBelow(
    check,
    'landbridge interop check availability',
    'printf %s "$PASSWORD" | landbridge interop check availability --password-stdin',
    'landbridge interop check directory',
  )
  cli.administers(check, (session, options) => checkAll(cli, session, options))

  const mail = inOrganization(
    check
      .command('mail')
      .description('mail in both directions, as far as it can be tested from here; nothing is sent'),
  )
  mailOptions(mail)
  examples(
    mail,
    'landbridge interop check mail',
    'landbridge interop check mail --domain corp.example --routing-domain lb.corp.example --recipient eve@corp.example',
  )
  cli.administers(mail, async (session, options) => printed(await checkMail(cli, session, options)))

  const availability = inOrganization(
    check
      .command('availability')
      .description('when people are free, in both directions; prints the cmdlet that is missing'),
  )
  availabilityOptions(routingDomainOption(availability))
  cli.administers(availability, async (session, options) =>
    printed(await checkAvailability(cli, session, options)),
  )

  const directory = inOrganization(
    check
      .command('directory')
      .description('whether the directory that the address book comes from can be read as it is connected'),
  )
  cli.administers(directory, async (session) => printed(await checkDirectory(session)))
  return interop
}

const printed = ({
  json,
  text,
  failed,
}: CheckResult): { json: JsonObject; text: string; exitCode: number } => ({
  json,
  text,
  exitCode: failed ? 1 : 0,
})
