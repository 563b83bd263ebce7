import type { Company } from '../company.ts'

/** The company's directory: both sides read it, and whoever administers the Exchange side writes it. */
export type CompanyDirectory = {
  /** What it is and where, for a sentence. */
  readonly name: string
  /** How `landbridge gal connect` is told of it: options, and the line on stdin. */
  readonly connection: { args: readonly string[]; stdin: string }
  /** Whether people of it sign in with the password that it keeps for them. */
  readonly keepsPasswords: boolean
  /** Puts the company into it; `password` is of those aliases, where passwords are kept. DemoFault. */
  fill(company: Company, people: { aliases: readonly string[]; password: string }): Promise<void>
  /** `Disable-Mailbox` and `Enable-MailUser -ExternalEmailAddress` for each: from now on it says that they live on Landbridge. */
  makeMailUsers(aliases: readonly string[]): Promise<void>
  close(): Promise<void>
}
