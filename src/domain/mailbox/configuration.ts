/**
 * Settings that hang on a folder, each under a name: EWS user configurations as clients wrote them, and ours (working
 * hours, out of office), which hang on the root of the mailbox.
 */
export type Configuration = {
  /** As it was written; it is found without regard to case. */
  name: string
  content: Readonly<Record<string, unknown>>
}

/** As much of one configuration as is kept, in octets of JSON. */
export const LARGEST_CONFIGURATION_BYTES = 1024 * 1024
/** As many as one folder has. */
export const MOST_CONFIGURATIONS = 1_000
/** Where in a folder a page of them ended. */
export type ConfigurationMark = string & { readonly configuration: unique symbol }
