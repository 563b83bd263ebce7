import type { Company } from './company.ts'
import type { CompanyDirectory } from './directory/company-directory.ts'
import type { ServiceProcess } from './service-process.ts'
import type { Stage } from './stage.ts'

export const SHARED_DOMAIN = 'corp.example'
export const ROUTING_DOMAIN = 'lb.corp.example'

/** Who signs in during the demonstration, by alias. */
export const cast = {
  /** On Exchange at first, head of a department, with an assistant who works for her. */
  head: 'anna.mueller',
  assistant: 'juergen.weiss',
  /** On Landbridge from the start. */
  settled: 'nora.keller',
  availabilityThere: 'ask-exchange',
  availabilityHere: 'ask-landbridge',
  migration: 'migration-service',
} as const

/** Everything the acts share. */
export type Scene = {
  stage: Stage
  signal: AbortSignal
  /** The folder of the demonstration; each side's data, the plan and the report lie in it. */
  folder: string
  company: Company
  directory: CompanyDirectory
  /** Port of the mail server on this machine that carries everything between the two sides; without one they speak to each other. */
  smartHost: number | undefined
  exchange: ServiceProcess
  landbridge: ServiceProcess
  /** Of everybody who signs in, on either side. */
  password: string
  /** What people of the directory sign in with on Landbridge where it keeps no passwords, by alias. */
  tokens: Readonly<Record<string, string>>
}

export const addressOf = (alias: string): string => `${alias}@${SHARED_DOMAIN}`
