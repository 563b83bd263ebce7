import type { Company } from './company.ts'
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
  /** LDIF file of the one directory that both sides read. */
  directory: string
  exchange: ServiceProcess
  landbridge: ServiceProcess
  password: string
  /** What people of the directory sign in with on Landbridge, by alias. */
  tokens: Readonly<Record<string, string>>
}

export const addressOf = (alias: string): string => `${alias}@${SHARED_DOMAIN}`
